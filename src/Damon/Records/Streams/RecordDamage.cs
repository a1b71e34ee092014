using System.Globalization;

namespace Damon.Records.Streams;

/// <summary>The part of a record that could not be used.</summary>
/// <param name="Kind">In which way it is damaged.</param>
/// <param name="Offset">Offset in bytes of the first byte that was not used: everything before it was returned.</param>
/// <param name="FoundAt">Offset in bytes of the value that was wrong or short; at or behind <paramref name="Offset"/>.</param>
/// <param name="BytesLeft">Bytes from <paramref name="Offset"/> to the end of the record; null where the stream cannot tell.</param>
/// <param name="Reading">What was being read, such as <c>a region of target 2 of 3</c>.</param>
/// <param name="Problem">What was wrong with it, for <see cref="RecordDamageKind.Invalid"/>; else null.</param>
/// <param name="WholeSnapshots">Number of snapshots that were returned before.</param>
public sealed record RecordDamage(
    RecordDamageKind Kind,
    long Offset,
    long FoundAt,
    long? BytesLeft,
    string Reading,
    string? Problem,
    long WholeSnapshots)
{
    /// <summary>Whether the offsets count bytes of the decompressed data, since the record is compressed.</summary>
    public bool InDecompressed { get; init; }

    /// <summary>Number of places before where snapshots were left out because lines of them are missing or broken; only text has such.</summary>
    public long Gaps { get; init; }

    /// <summary>Number of events that the tracer says it lost; 0 where it lost some and does not say how many, null where none. Only text has such.</summary>
    public long? LostEvents { get; init; }

    /// <summary>One line for standard error, without the name of the file.</summary>
    public override string ToString()
    {
        string of = InDecompressed ? " of the decompressed data" : "";
        string whole = Count(WholeSnapshots, "whole snapshot");
        string lost = LostEvents switch
        {
            null => "",
            0 => "the tracer lost events; ",
            { } events => $"the tracer lost {Count(events, "event")}; ",
        };
        if (Kind == RecordDamageKind.Incomplete && Gaps == 0)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{lost}snapshots may be missing from offset {Offset}{of} on, {whole} used");
        }

        if (Kind == RecordDamageKind.Incomplete)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{lost}trace lines are missing or broken in {Count(Gaps, "place")}, the first at offset {Offset}{of}; the snapshots there are left out, "
                    + $"{whole} used");
        }

        string left = BytesLeft is { } bytes ? Count(bytes, "byte") : "bytes";
        string what = Kind switch
        {
            RecordDamageKind.StrayBytes => "stray bytes behind the last snapshot",
            RecordDamageKind.CutOff => $"cut off in {Reading}",
            _ => string.Create(CultureInfo.InvariantCulture, $"broken at offset {FoundAt}: {Reading}: {Problem}"),
        };
        string gaps = Gaps > 0 ? $" ({Count(Gaps, "gap")} between)" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{lost}{what}; {whole}{gaps}, {left} from offset {Offset}{of} not used");
    }

    static string Count(long count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");
}
