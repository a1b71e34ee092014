using Damo.CommandLine;
using Damon.Monitoring;
using Damon.Records;

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

    /// <summary>Whether damage of the input is a failure; then nothing is written.</summary>
    public bool Strict { get; init; }

    /// <summary>Converts.</summary>
    /// <returns>What the process ends with.</returns>
    /// <exception cref="UserErrorException">The input is no record, or the output could not be written.</exception>
    public int Run(Terminal terminal)
    {
        using IRecordReader record = OpenRecord(terminal);
        if (Output == RecordInputs.StandardInput || RecordingFile.IsSpecial(Output))
        {
            using Stream direct = Output == RecordInputs.StandardInput ? terminal.OpenOutput() : RecordingFile.Create(Output, Permission);
            return RecordInputs.Finish(record, Input, Copy(record, direct, null), Strict, terminal);
        }

        RecordingFile.ThrowIfNotWritable(Output);
        string temporary = RecordingFile.TemporaryName(Output);
        try
        {
            int code = Write(record, temporary, terminal);
            if (code == (int)ExitCode.Done)
            {
                RecordingFile.Replace(temporary, Output);
                ReplaceSidecar(temporary);
            }

            return code;
        }
        finally
        {
            File.Delete(temporary);
            File.Delete(temporary + SidecarFormat.Suffix);
        }
    }

    int Write(IRecordReader record, string temporary, Terminal terminal)
    {
        using FileStream stream = RecordingFile.Create(temporary, Permission);
        bool needsSidecar = HasSidecar ? Adjust is not null : FormatFor(record) == RecordFormat.Binary;
        using FileStream? sidecar = needsSidecar ? RecordingFile.Create(temporary + SidecarFormat.Suffix, Permission) : null;
        return RecordInputs.Finish(record, Input, Copy(record, stream, sidecar), Strict, terminal);
    }

    bool HasSidecar => Input != RecordInputs.StandardInput && File.Exists(Input + SidecarFormat.Suffix);

    void ReplaceSidecar(string temporary)
    {
        string to = Output + SidecarFormat.Suffix;
        if (HasSidecar && Adjust is null)
        {
            string from = Input + SidecarFormat.Suffix;
            if (Path.GetFullPath(from) != Path.GetFullPath(to))
            {
                File.Copy(from, temporary + SidecarFormat.Suffix, overwrite: true);
                File.SetUnixFileMode(temporary + SidecarFormat.Suffix, Permission);
                RecordingFile.Replace(temporary + SidecarFormat.Suffix, to);
            }
        }
        else if (File.Exists(temporary + SidecarFormat.Suffix))
        {
            RecordingFile.Replace(temporary + SidecarFormat.Suffix, to);
        }
        else if (File.Exists(to))
        {
            // It belongs to what was there before.
            File.Move(to, to + ".old", overwrite: true);
        }
    }

    long Copy(IRecordReader record, Stream output, Stream? sidecar)
    {
        Snapshot snapshot = new();
        RecordIntervals? intervals = RecordInputs.SidecarIntervals(Input);
        RecordAdjustment? adjustment = Adjust?.Invoke(intervals);
        try
        {
            bool isAny = record.Read(snapshot);
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
            for (; isAny; isAny = record.Read(snapshot), read++)
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
        catch (IOException e) when (Output != RecordInputs.StandardInput)
        {
            throw new UserErrorException($"writing '{Output}' failed: {RecordingFile.Reason(e)}");
        }
    }

    /// <summary>To add snapshots up, one must know when they began; of the first, only a look at all of them tells.</summary>
    IRecordReader OpenRecord(Terminal terminal)
    {
        if (Adjust is null)
        {
            return RecordInputs.Open(Input, terminal, withAges: true);
        }

        RecordTimes? times = null;
        if (Input != RecordInputs.StandardInput && !RecordingFile.IsSpecial(Input))
        {
            using IRecordReader first = RecordInputs.Open(Input, terminal);
            times = RecordTimes.Scan(first);
        }

        return RecordReaders.WithStartTimes(RecordInputs.Open(Input, terminal, withAges: true), times);
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
