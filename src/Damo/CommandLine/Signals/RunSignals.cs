using System.Runtime.InteropServices;
using Damon.Linux.Native;

namespace Damo.CommandLine.Signals;

/// <summary>The signals that end a run properly instead of the process at once, as long as this exists.</summary>
sealed class RunSignals : IDisposable
{
    readonly Action _stop;
    readonly PosixSignalRegistration[] _registrations;
    volatile int _received;

    /// <param name="stop">Ends the run; called by another thread.</param>
    public RunSignals(Action stop)
    {
        _stop = stop;
        _registrations = [.. ((PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP]).Select(signal =>
            PosixSignalRegistration.Create(signal, OnSignal))];
    }

    /// <summary>The number of the signal that came; 0 for none.</summary>
    public int Received => _received;

    /// <summary>What the process ends with when nothing failed.</summary>
    public int ExitCode => _received != 0 ? 128 + _received : (int)CommandLine.ExitCode.Done;

    /// <summary>Tells of the signal, if one came, as the first tool did.</summary>
    public void Tell(TextWriter output)
    {
        if (_received != 0)
        {
            output.WriteLine();
            output.WriteLine($"signal {_received} received");
            output.Flush();
        }
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }
    }

    void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        _received = context.Signal switch
        {
            PosixSignal.SIGINT => LibC.SIGINT,
            PosixSignal.SIGTERM => LibC.SIGTERM,
            _ => LibC.SIGHUP,
        };
        _stop();
    }
}
