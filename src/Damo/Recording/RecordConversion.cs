using Damo.CommandLine;
using Damo.Inputs;
using Damon.Linux.Outputs;
using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Sidecar;
using Damon.Records.Streams;

namespace Damo.Recording;

/// <summary>Rewrites a record: in another format, or with longer intervals.</summary>
/// <remarks>
/// The output appears under its name when it is complete, and what was there becomes <c>.old</c>. The sidecar of the input goes along; where there
/// is none, a binary record gets one with the ages and intervals that its format cannot hold. An adjusted record gets one of its own, made of that of the
/// input.
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
        using RecordSource source = Journal is { } written ? RecordSource.OpenWritten(written, Input, terminal) : RecordSource.Open(Input, Strict, terminal);
        using IRecordReader record = OpenReader(source);
        if (Output == OutputFile.StandardOutput)
        {
            using Stream standard = terminal.OpenOutput();
            Copy(source, record, standard, null);
            return source.ExitCode;
        }

        using OutputPair output = Outputs.Output.BeginConversion(Output, Permission);
        using FileStream? inputSidecar = output.IsDirect ? null : OpenUsefulSidecar(source);
        bool isCopied = inputSidecar is not null && Adjust is null;
        bool isMade = !output.IsDirect && !isCopied && (Adjust is null || inputSidecar is null ? FormatFor(record) == RecordFormat.Binary : true);
        Copy(source, record, output.Record.Stream, isMade ? output.Sidecar : null);
        if (source.ExitCode == (int)ExitCode.Done)
        {
            End(output, isCopied ? inputSidecar : null, isMade || isCopied);
        }

        return source.ExitCode;
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
    static FileStream? OpenUsefulSidecar(RecordSource source)
    {
        FileStream? file = source.OpenSidecarFile();
        if (file is null)
        {
            return null;
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
        source.Say($"the sidecar is left out: {problem}");
        return null;
    }

    void Copy(RecordSource source, IRecordReader record, Stream output, Stream? sidecar)
    {
        Snapshot snapshot = new();
        RecordIntervals? intervals = source.SidecarIntervals();
        RecordAdjustment? adjustment = Adjust?.Invoke(intervals);
        try
        {
            bool isAny = source.Read(record, snapshot);
            using IRecordWriter writer = RecordWriters.Create(
                FormatFor(record),
                output,
                new RecordWriterOptions
                {
                    BinaryVersion = Version ?? VersionFor(snapshot),
                    Intervals = adjustment is null ? intervals : adjustment.Lengthen(intervals),
                    LeaveOpen = true,
                });
            AdjustedSidecar? input = adjustment is null || sidecar is null ? null : AdjustedSidecar.Of(source, adjustment.Factor(intervals) ?? 1);
            using SidecarWriter? facts = sidecar is null ? null : new SidecarWriter(sidecar, input?.Header ?? Header(record, adjustment), leaveOpen: true);
            input?.WriteTargets(facts!);
            void Write(RecordSeries series, Snapshot written)
            {
                writer.Write(written, series);
                facts?.WriteAges(writer.Snapshots - 1, written);
            }

            long read = 0;
            for (; isAny; isAny = source.Read(record, snapshot), read++)
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
                throw source.Failure($"nothing is left of {read} snapshot{(read == 1 ? "" : "s")}: the first {adjustment.Skip} of each target are skipped"
                    + (adjustment.AggregationUs is { } us ? $", and the rest is shorter than {TimeText.OfMicroseconds(us)}" : "")
                        + "; choose a smaller --skip or --aggregate_interval");
            }

            adjustment?.Complete();
            writer.Complete();
            input?.WriteEnd(facts!, writer.Snapshots);
            source.Finish(record, writer.Snapshots > 0);
        }
        catch (RecordFormatException e)
        {
            throw new UserErrorException($"{source.Name} cannot be {(adjustment is null ? "converted" : "adjusted")}: {e.Message}");
        }
        catch (IOException e) when (Output != OutputFile.StandardOutput && !FailureReason.IsClosedPipe(e))
        {
            throw Outputs.Output.Failure(Output, e);
        }
    }

    /// <summary>To add snapshots up, one must know when they began; of the first, only a look at all of them tells.</summary>
    IRecordReader OpenReader(RecordSource source)
    {
        if (Adjust is null)
        {
            return source.OpenReader(source.WithAges);
        }

        RecordTimes? times = null;
        if (Input != RecordSource.StandardInput && FileFacts.At(Input) is { IsRegular: true })
        {
            using IRecordReader first = source.OpenReader(static record => record);
            times = Scan(source, first);
        }

        return source.OpenReader(record => RecordReaders.WithStartTimes(source.WithAges(record), times));
    }

    static RecordTimes Scan(RecordSource source, IRecordReader record)
    {
        try
        {
            return RecordTimes.Scan(record);
        }
        catch (IOException e)
        {
            throw source.Unreadable(e);
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
