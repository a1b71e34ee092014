using System.Globalization;
using Damo.CommandLine;

namespace Damo.Recording;

/// <summary>The line that shows on a terminal how a recording goes on.</summary>
/// <param name="terminal">Where it is drawn, if standard error is a terminal.</param>
sealed class RecordProgress(Terminal terminal)
{
    bool _drawn;

    /// <summary>Draws the line anew.</summary>
    /// <param name="elapsed">Since the start.</param>
    /// <param name="recorder">Tells the last snapshot.</param>
    /// <param name="cpuPercent">Own CPU time in percent of one CPU.</param>
    public void Draw(TimeSpan elapsed, Recorder recorder, double cpuPercent)
    {
        if (!terminal.ErrorIsTerminal)
        {
            return;
        }

        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"\r{elapsed.TotalSeconds,7:0.0} s  {recorder.Snapshots} snapshots  {recorder.NrRegions} regions  hot {ByteText.Of(recorder.HotBytes)}  own CPU {cpuPercent:0.0} %\u001b[K");
        terminal.Error.Write(line);
        _drawn = true;
    }

    /// <summary>Takes the line away.</summary>
    public void Clear()
    {
        if (_drawn)
        {
            terminal.Error.Write("\r\u001b[K");
            _drawn = false;
        }
    }
}
