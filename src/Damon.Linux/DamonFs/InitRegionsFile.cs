using System.Globalization;
using System.Text;
using Damon.Linux.Native;
using Damon.Monitoring;

namespace Damon.Linux.DamonFs;

/// <summary><c>init_regions</c>: where monitoring begins, as triples of target, start and end.</summary>
sealed class InitRegionsFile(DamonFileSystem fileSystem, DamonFsContext context) : ContextFile("init_regions", fileSystem, context)
{
    /// <inheritdoc/>
    internal override byte[] Read(DamonFsCaller caller, CancellationToken token)
    {
        StringBuilder text = new();
        lock (FileSystem.Gate)
        {
            Context.ThrowIfNotChangeable();
            for (int i = 0; i < Context.Targets.Count; i++)
            {
                foreach (AddressRange region in Context.Targets[i].Regions)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{IdOf(i)} {region.Start} {region.End}\n");
                }
            }
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <inheritdoc/>
    /// <remarks>All regions there were go first. A write that is refused for a wrong region leaves none.</remarks>
    internal override void Write(ReadOnlySpan<byte> data, DamonFsCaller caller, CancellationToken token)
    {
        lock (FileSystem.Gate)
        {
            Context.ThrowIfNotChangeable();
            Context.ClearRegions();
            KernelScanner scanner = new(data);
            while (TryId(ref scanner, out long id) && scanner.TryUInt64(out ulong start) && scanner.TryUInt64(out ulong end))
            {
                if (!TryAdd(id, new AddressRange(start, end)))
                {
                    Context.ClearRegions();
                    throw new DamonFsException(Errno.EINVAL);
                }
            }
        }
    }

    long IdOf(int index) => Era.NumbersTargets ? index : Context.Targets[index].Number;

    bool TryId(ref KernelScanner scanner, out long id)
    {
        if (Era.HasSignedIds)
        {
            bool found = scanner.TryInt32(out int number);
            id = number;
            return found;
        }

        bool foundWide = scanner.TryUInt64(out ulong wide);
        id = unchecked((long)wide);
        return foundWide;
    }

    bool TryAdd(long id, AddressRange range)
    {
        if (range.IsEmpty)
        {
            return false;
        }

        // A pid that was written twice is two targets, and both are meant.
        bool isFound = false;
        for (int i = 0; i < Context.Targets.Count; i++)
        {
            if (IdOf(i) != id)
            {
                continue;
            }

            List<AddressRange> regions = Context.Targets[i].Regions;
            if (regions.Count > 0 && regions[^1].End > range.Start)
            {
                return false;
            }

            regions.Add(range);
            isFound = true;
        }

        return isFound;
    }
}
