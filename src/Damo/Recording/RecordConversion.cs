using Damo.CommandLine;
using Damon.Linux.Outputs;
using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Sidecar;
using Damon.Records.Streams;

namespace Damo.Recording;

/// <summary>Writes a record anew: in another format, or with longer intervals.</summary>
/// <remarks>
/// The output appears under its name when it is complete, and what was there becomes <c>.old</c>. The sidecar of the input goes along; where there
/// is none, a binary record gets one with the ages and intervals that its format cannot hold. An adjusted record gets one of its own, made of that of the input.
/// </remarks>
sealed class RecordConversion
{
    /// <summary>The record to read; <c>-</c> is standard input.</summary>
    public required string Input { get; init; }

    /// <summary>The file to write; <c>-</c> is standard output.</summary>
    public required string Output { get; init; }

    /// <summary>The format to write; null for that of the input.</summary>
    public required RecordFormat? Format { get; init; }

    /// <summary>Version of the binary format; null for 1, or 2 where the first ids do not fit that.</summary>
    public int? Version { get; init; }

    /// <summary>Skips and adds up snapshots on the way, given the intervals as far as a sidecar tells them; null to keep the snapshots as they are.</summary>
    public Func<RecordIntervals?, RecordAdjustment>? Adjust { get; init; }

    /// <summary>Permissions of what is written.</summary>
    public UnixFileMode Permission { get; init; } = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The input, where this program has just written it: it is read by its descriptors. Null for what has the name of the input.</summary>
    public OutputPair? Journal { get; init; }

    /// <summary>Whether damage of the input is a failure; then nothing is written.</summary>
    public bool Strict { get; init; }

    /// <summary>Converts.</summary>
    /// <returns>What the process ends with.</returns>
    /// <exception cref="UserErrorException">The input is no record, or the output could not be written.</exception>
    public int Run(Terminal terminal)
    {
        using IRecordReader record = OpenRecord(terminal);
        if (Output == OutputFile.StandardOutput)
        {
            using Stream standard = terminal.OpenOutput();
            return RecordInputs.Finish(record, Input, Copy(record, standard, null), Strict, terminal);
        }

        using OutputPair output = Outputs.Output.BeginConversion(Output, Permission);
        using FileStream? inputSidecar = output.IsDirect ? null : OpenUsefulSidecar(terminal);
        bool isCopied = inputSidecar is not null && Adjust is null;
        bool isMade = !output.IsDirect && !isCopied && (Adjust is null || inputSidecar is null ? FormatFor(record) == RecordFormat.Binary : true);
        int code = RecordInputs.Finish(record, Input, Copy(record, output.Record.Stream, isMade ? output.Sidecar : null), Strict, terminal);
        if (code == (int)ExitCode.Done)
        {
            End(output, isCopied ? inputSidecar : null, isMade || isCopied);
        }

        return code;
    }

    void End(OutputPair output, FileStream? copied, bool hasSidecar)
    {
        try
        {
            copied?.CopyTo(output.Sidecar);
            output.Commit(hasSidecar);
        }
        catch (IOException e)
        {
            throw Outputs.Output.Failure(Output, e);
        }
    }

    /// <summary>The sidecar of the input, to be copied; one that tells nothing is left out, in one line.</summary>
    FileStream? OpenUsefulSidecar(Terminal terminal)
    {
        FileStream? file = OpenInputSidecar();
        if (file is null || Journal is not null)
        {
            return file;
        }

        string? problem;
        try
        {
            using SidecarReader sidecar = new(file, leaveOpen: true);
            problem = sidecar.Header is null ? sidecar.Problem : null;
            file.Position = 0;
        }
        catch (IOException e)
        {
            problem = $"it cannot be read: {FailureReason.Of(e)}";
        }

        if (problem is null)
        {
            return file;
        }

        file.Dispose();
        terminal.Say($"{RecordInputs.Name(Input)}: the sidecar is left out: {problem}");
        return null;
    }

    FileStream? OpenInputSidecar() => Journal is { } journal ? journal.OpenSidecar() : RecordInputs.OpenSidecarFile(Input);

    RecordIntervals? InputIntervals()
    {
        if (Journal is null)
        {
            return RecordInputs.SidecarIntervals(Input);
        }

        using SidecarReader sidecar = new(Journal.OpenSidecar());
        return RecordInputs.SidecarIntervals(sidecar);
    }

    long Copy(IRecordReader record, Stream output, Stream? sidecar)
    {
        Snapshot snapshot = new();
        RecordIntervals? intervals = InputIntervals();
        RecordAdjustment? adjustment = Adjust?.Invoke(intervals);
        try
        {
            bool isAny = RecordInputs.Read(record, snapshot, Input);
            using IRecordWriter writer = RecordWriters.Create(
                FormatFor(record),
                output,
                new RecordWriterOptions { BinaryVersion = Version ?? VersionFor(snapshot), Intervals = adjustment is null ? intervals : adjustment.Lengthen(intervals), LeaveOpen = true });
            AdjustedSidecar? input = adjustment is null || sidecar is null ? null : AdjustedSidecar.Of(Input, adjustment.Factor(intervals) ?? 1);
            using SidecarWriter? facts = sidecar is null ? null : new SidecarWriter(sidecar, input?.Header ?? Header(record, adjustment), leaveOpen: true);
            input?.WriteTargets(facts!);
            void Write(RecordSeries series, Snapshot written)
            {
                writer.Write(written, series);
                facts?.WriteAges(writer.Snapshots - 1, written);
            }

            long read = 0;
            for (; isAny; isAny = RecordInputs.Read(record, snapshot, Input), read++)
            {
                if (adjustment is null)
                {
                    Write(record.Series, snapshot);
                }
                else
                {
                    adjustment.Add(record.Series, snapshot, Write);
                }
            }

            if (adjustment is not null && read > 0 && writer.Snapshots == 0)
            {
                throw new UserErrorException($"{RecordInputs.Name(Input)}: nothing is left of {read} snapshot{(read == 1 ? "" : "s")}: the first {adjustment.Skip} of each target are skipped"
                    + (adjustment.AggregationUs is { } us ? $", and the rest is shorter than {TimeText.OfMicroseconds(us)}" : "") + "; choose a smaller --skip or --aggregate_interval");
            }

            adjustment?.Complete();
            writer.Complete();
            input?.WriteEnd(facts!, writer.Snapshots);
            return writer.Snapshots;
        }
        catch (RecordFormatException e)
        {
            throw new UserErrorException($"{RecordInputs.Name(Input)} cannot be {(adjustment is null ? "converted" : "adjusted")}: {e.Message}");
        }
        catch (IOException e) when (Output != OutputFile.StandardOutput && !FailureReason.IsClosedPipe(e))
        {
            throw Outputs.Output.Failure(Output, e);
        }
    }

    /// <summary>To add snapshots up, one must know when they began; of the first, only a look at all of them tells.</summary>
    IRecordReader OpenRecord(Terminal terminal)
    {
        if (Journal is { } journal)
        {
            return RecordReaders.WithAges(RecordReaders.Open(journal.Record.OpenRead()), new SidecarReader(journal.OpenSidecar()));
        }

        if (Adjust is null)
        {
            return RecordInputs.Open(Input, terminal, withAges: true);
        }

        RecordTimes? times = null;
        if (Input != RecordInputs.StandardInput && FileFacts.At(Input) is { IsRegular: true })
        {
            using IRecordReader first = RecordInputs.Open(Input, terminal);
            times = Scan(first);
        }

        return RecordReaders.WithStartTimes(RecordInputs.Open(Input, terminal, withAges: true), times);
    }

    RecordTimes Scan(IRecordReader record)
    {
        try
        {
            return RecordTimes.Scan(record);
        }
        catch (IOException e)
        {
            throw RecordInputs.Unreadable(Input, e);
        }
    }

    RecordFormat FormatFor(IRecordReader record) => Format ?? record.Content switch
    {
        RecordContent.Json => record.IsCompressed ? RecordFormat.JsonCompressed : RecordFormat.Json,
        RecordContent.TraceText => RecordFormat.PerfScript,
        _ => RecordFormat.Binary,
    };

    static int VersionFor(Snapshot first)
    {
        for (int i = 0; i < first.NrTargets; i++)
        {
            if (first[i].Id > int.MaxValue)
            {
                return 2;
            }
        }

        return 1;
    }

    static RecordHeader Header(IRecordReader record, RecordAdjustment? adjustment) => new()
    {
        Tool = ToolVersion.Name,
        ToolVersion = ToolVersion.Text,
        CommandLine = Environment.GetCommandLineArgs(),
        Intervals = adjustment is null ? record.Series.Intervals : adjustment.Lengthen(record.Series.Intervals),
    };
}
