using System.Text.Json;
using Damon.Monitoring;
using Damon.Records.Streams;

namespace Damon.Reports.Footprints;

/// <summary>Reads the footprints that the DAMON tools record beside the accesses.</summary>
static class FootprintFile
{
    /// <summary>What follows the name of the record.</summary>
    public const string Suffix = ".mem_footprint";

    /// <summary>A longer file is not read.</summary>
    public const long MaxLength = 1L << 30;

    /// <summary>The tools count pages of this many bytes on every machine.</summary>

    /// <summary>Reads all samples, in file order.</summary>
    /// <param name="stream">The file. Memory is a few numbers for each sample.</param>
    /// <exception cref="RecordFormatException">It holds something else, or numbers that cannot be.</exception>
    /// <exception cref="IOException">It could not be read.</exception>
    public static IReadOnlyList<FootprintSample> Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        List<FootprintSample> samples = [];
        try
        {
            foreach (FootprintEntry? entry in JsonSerializer.DeserializeAsyncEnumerable(
                new BoundedStream(stream, MaxLength),
                FootprintJson.Default.FootprintEntry)
                .ToBlockingEnumerable())
            {
                samples.Add(Sample(entry ?? throw new RecordFormatException($"Footprint {samples.Count} is null.")));
            }
        }
        catch (EndOfStreamException e)
        {
            throw new RecordFormatException($"This is longer than {MaxLength >> 30} GiB; no record of footprints is.", e);
        }
        catch (JsonException e)
        {
            string where = e.LineNumber is { } line && e.BytePositionInLine is { } at ? $" (line {line + 1}, byte {at + 1})" : "";
            throw new RecordFormatException(
                $"This is no record of footprints as the DAMON tools write it{where}: a JSON array of objects with time and footprints is expected.",
                e);
        }
        catch (OverflowException e)
        {
            throw new RecordFormatException($"The numbers of footprint {samples.Count} are too large.", e);
        }

        return samples;
    }

    static FootprintSample Sample(FootprintEntry entry)
    {
        ulong virtualPages = 0;
        ulong residentPages = 0;
        ulong? used = null;
        foreach (FootprintOwner? owner in entry.Footprints ?? [])
        {
            if (owner?.Footprint is not { } figures)
            {
                continue;
            }

            if (owner.Pid is not null)
            {
                virtualPages = checked(virtualPages + (figures.Size ?? 0));
                residentPages = checked(residentPages + (figures.Resident ?? 0));
            }
            else if (figures is { Total: { } total, Free: { } free })
            {
                used = checked((total - free) * 1024);
            }
        }

        return new FootprintSample(entry.Time, checked(virtualPages * Page.Size), checked(residentPages * Page.Size), used);
    }
}
