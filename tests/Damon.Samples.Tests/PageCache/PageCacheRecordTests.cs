using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Sidecar;
using Damon.Records.Streams;

namespace Damon.Samples.Tests.PageCache;

/// <summary>The program, run on files that are read in a known way.</summary>
public sealed class PageCacheRecordTests : IDisposable
{
    const ulong MiB = 1 << 20;

    readonly string _folder = Directory.CreateTempSubdirectory("damon-test-").FullName;

    [Fact]
    public async Task Hot_and_cold_parts_of_files_are_found()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "tracing needs root");
        File.WriteAllBytes(FileName("a.db"), new byte[16 * MiB]);
        File.WriteAllBytes(FileName("b.db"), new byte[8 * MiB]);

        // In a mount namespace of its own: where tracefs is not mounted, this machine is to stay so. Instances are the kernel's, so what
        // was left behind would be seen.
        string script = $"""
            mount -t tracefs tracefs /sys/kernel/tracing || exit 3
            if [ ! -d /sys/kernel/tracing/events/filemap/mm_filemap_get_pages ]; then echo 'no event'; exit 0; fi
            '{Programs.PathOf("PageCache", "pagecache")}' '{FileName("a.db")}' '{FileName("b.db")}' -o '{FileName("x.data")}' -s 20000 -a 200000 --timeout 6 &
            recorder=$!
            wait $recorder || exit
            if [ -e /sys/kernel/tracing/instances/pagecache-$recorder ]; then echo 'an instance was left'; fi
            """;
        using CancellationTokenSource end = new();
        Task reader = Task.Run(() => Read(end.Token), TestContext.Current.CancellationToken);
        (string output, string errors) = await Programs.Run("/usr/bin/unshare", "--mount", "--propagation", "private", "/bin/sh", "-c", script);
        await end.CancelAsync();
        await reader;
        Assert.SkipWhen(output.Contains("no event", StringComparison.Ordinal), "the kernel has no event of reads from the page cache (Linux 6.14)");
        Assert.Equal("", output);
        Assert.Contains("2 files by filemap-events", errors);

        using FileStream sidecar = File.OpenRead(FileName("x.data.meta.json"));
        RecordMetadata metadata = SidecarReader.Load(sidecar);
        IReadOnlyList<RecordMapping> names = Assert.Single(metadata.Mappings).Mappings;
        Assert.Equal([FileName("a.db"), FileName("b.db")], names.Select(name => name.Name));
        Assert.Equal([16 * MiB, 8 * MiB], names.Select(name => name.End - name.Start));

        // The first four MiB all the time, four more now and then, the rest never, and a part of the other file all the time.
        double hot = Mean(names[0].Start, names[0].Start + (4 * MiB));
        double warm = Mean(names[0].Start + (4 * MiB), names[0].Start + (8 * MiB));
        double cold = Mean(names[0].Start + (9 * MiB), names[0].End);
        double other = Mean(names[1].Start + (2 * MiB), names[1].Start + (4 * MiB));
        Assert.True(
            hot > 0.6 && other > 0.5 && warm > 0.02 && warm < hot / 1.5 && cold < 0.03,
            $"hot {hot:F2}, of the other file {other:F2}, warm {warm:F2}, cold {cold:F2}");

        (string raw, _) = await Programs.Damo("report", "raw", "-i", FileName("x.data"));
        Assert.Contains("nr_regions:", raw);
        (string info, _) = await Programs.Damo("report", "record-info", "-i", FileName("x.data"));
        Assert.Contains("access check: filemap-events", info);
        _ = await Programs.Damo("report", "html", "-i", FileName("x.data"), "-o", FileName("x.html"));
        Assert.Contains("a.db", File.ReadAllText(FileName("x.html")));
    }

    [Fact]
    public async Task Without_events_residency_is_recorded_and_it_says_so()
    {
        File.WriteAllBytes(FileName("a.db"), new byte[4 * MiB]);
        (_, string errors) = await Programs.Run(
            Programs.PathOf("PageCache", "pagecache"),
            _folder,
            "-o",
            FileName("x.data"),
            "--tracefs",
            FileName("none"),
            "--timeout",
            "1");
        Assert.Contains($"1 files by cachestat: which pages are in memory, not when they are accessed (no '{FileName("none")}/instances'", errors);
        Assert.True(new FileInfo(FileName("x.data")).Length > 20);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string FileName(string name) => Path.Combine(_folder, name);

    void Read(CancellationToken end)
    {
        using FileStream a = new(FileName("a.db"), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        using FileStream b = new(FileName("b.db"), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        byte[] page = new byte[4096];
        for (int round = 0; !end.IsCancellationRequested; round++)
        {
            Touch(a, 0, 4 * MiB);
            Touch(b, 2 * MiB, 4 * MiB);
            if (round % 25 == 0)
            {
                Touch(a, 4 * MiB, 8 * MiB);
            }

            Thread.Sleep(3);
        }

        void Touch(FileStream file, ulong from, ulong to)
        {
            for (ulong offset = from; offset < to; offset += 4096)
            {
                _ = RandomAccess.Read(file.SafeFileHandle, page, (long)offset);
            }
        }
    }

    /// <summary>Part of the samples that found an access, by bytes, once the engine had a second to find its regions.</summary>
    double Mean(ulong start, ulong end)
    {
        using IRecordReader reader = RecordReaders.Open(File.OpenRead(FileName("x.data")));
        Snapshot snapshot = new();
        double sum = 0;
        int count = 0;
        for (int i = 0; reader.Read(snapshot); i++)
        {
            if (i < 5)
            {
                continue;
            }

            count++;
            foreach (SnapshotRegion region in snapshot[0].Regions)
            {
                ulong from = Math.Max(region.Start, start);
                ulong to = Math.Min(region.End, end);
                sum += to > from ? region.NrAccesses / 10.0 * (to - from) / (end - start) : 0;
            }
        }

        Assert.True(count > 5, $"only {count} snapshots");
        return sum / count;
    }
}
