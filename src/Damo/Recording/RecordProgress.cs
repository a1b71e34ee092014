using System.Globalization;
using Damo.CommandLine;

namespace Damo.Recording;

/// <summary>The line that shows on a terminal how a recording goes on.</summary>
/// <param name="terminal">Where it is drawn, if standard error is a terminal.</param>
sealed class RecordProgress(Terminal terminal)
{
    bool _drawn;

    /// <summary>Redraws the line.</summary>
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
            $"{elapsed.TotalSeconds,7:0.0} s  working set {ByteText.Of(recorder.AccessedBytes)}  {recorder.Snapshots} snapshots  {recorder.NrRegions} regions "
                + $" own CPU {cpuPercent:0.0} %");
        int room = Math.Max(terminal.ErrorColumns() - 1, 1);
        terminal.Error.Write($"\r{(line.Length > room ? line[..room] : line)}\u001b[K");
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
