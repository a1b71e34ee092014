using Damon.Records.Sidecar;

namespace Damon.Linux.Outputs;

/// <summary>A record and the sidecar beside it, which come to their names together or not at all.</summary>
sealed class OutputPair : IDisposable
{
    readonly OutputFile? _sidecar;

    OutputPair(OutputFile record, OutputFile? sidecar)
    {
        Record = record;
        _sidecar = sidecar;
    }

    /// <summary>The record.</summary>
    public OutputFile Record { get; }

    /// <summary>Takes the sidecar; leads nowhere where the record goes to a device, a pipe or a descriptor, beside which nobody looks for a file.</summary>
    public Stream Sidecar => _sidecar?.Stream ?? Stream.Null;

    /// <summary>Whether the record goes to a device, a pipe or a descriptor.</summary>
    public bool IsDirect => Record.IsDirect;

    /// <summary>Whether all that is written goes to standard output.</summary>
    public bool IsStandardOutput => Record.IsStandardOutput;

    /// <summary>Whether what was written stays.</summary>
    public bool IsKept => Record.IsKept;

    /// <summary>Begins both.</summary>
    /// <param name="path">The record's path; <c>-</c> is standard output.</param>
    /// <param name="rule">How they come to their names.</param>
    /// <exception cref="OutputException">They cannot be made there.</exception>
    public static OutputPair Open(string path, OutputRule rule)
    {
        OutputFile record = OutputFile.Open(path, rule);
        try
        {
            // Beside a record that is still there, a sidecar of another must not appear.
            return new OutputPair(record, record.IsDirect ? null : record.Beside(SidecarFormat.Suffix, rule with { IsLive = rule.IsLive && record.IsPlaced }));
        }
        catch
        {
            record.Dispose();
            throw;
        }
    }

    /// <summary>Reads the sidecar as far as it is written.</summary>
    public FileStream OpenSidecar() => _sidecar!.OpenRead();

    /// <summary>Gives both their names.</summary>
    /// <param name="hasSidecar">Whether a sidecar belongs to the record. If not, one that is there, of the record before, becomes <c>.old</c> with it.</param>
    /// <exception cref="OutputException">They cannot be given; all is as it was.</exception>
    public void Commit(bool hasSidecar = true)
    {
        Record.Swap();
        try
        {
            if (hasSidecar)
            {
                _sidecar?.Swap();
            }
            else
            {
                _sidecar?.Retire();
            }
        }
        catch
        {
            Record.Undo();
            throw;
        }

        try
        {
            Record.KeepOld();
        }
        catch
        {
            _sidecar?.Undo();
            throw;
        }

        _sidecar?.KeepOld();
    }

    /// <summary>Removes both, if they have their names still.</summary>
    public void Remove()
    {
        Record.Remove();
        _sidecar?.Remove();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sidecar?.Dispose();
        Record.Dispose();
    }
}
