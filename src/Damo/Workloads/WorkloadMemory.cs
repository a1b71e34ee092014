using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Damon.Linux.Native;
using Damon.Linux.Outputs;
using Damon.Monitoring;
using Microsoft.Win32.SafeHandles;

namespace Damo.Workloads;

/// <summary>The memory of a workload: of the kind asked for, every page there.</summary>
sealed unsafe class WorkloadMemory : IDisposable
{
    const long HugePageSize = (long)Page.HugeSize;
    const int ChunkBytes = 1 << 20;

    readonly List<IDisposable> _owned = [];

    /// <exception cref="IOException">The memory cannot be mapped.</exception>
    public WorkloadMemory(WorkloadOptions options)
    {
        Length = options.TotalBytes;
        try
        {
            Start = options.Kind switch
            {
                WorkloadKind.Anon => MapAnonymous(LibC.MADV_NOHUGEPAGE),
                WorkloadKind.Thp => MapAnonymous(LibC.MADV_HUGEPAGE),
                WorkloadKind.File => MapFile(options.Directory!),
                _ => MapShared(),
            };
            PageToucher.Populate(Start, Start + Length);
            if (options.Kind == WorkloadKind.Thp)
            {
                CheckHugePages();
            }
            else if (options.Kind == WorkloadKind.Shared2)
            {
                StartHolder();
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>First byte.</summary>
    public byte* Start { get; }

    /// <summary>Size in bytes.</summary>
    public long Length { get; }

    string? SharedPath { get; set; }

    /// <summary>Ends the second process, if there is one. The mappings go with this process.</summary>
    public void Dispose()
    {
        foreach (IDisposable owned in _owned)
        {
            owned.Dispose();
        }

        _owned.Clear();
    }

    byte* MapAnonymous(int advice)
    {
        nint address = Map(Length + HugePageSize, LibC.MAP_PRIVATE | LibC.MAP_ANONYMOUS, -1);
        byte* aligned = (byte*)((address + HugePageSize - 1) & ~(HugePageSize - 1));
        if (LibC.madvise(aligned, (nuint)Length, advice) != 0)
        {
            throw Failed($"advise {Length} bytes of memory");
        }

        return aligned;
    }

    byte* MapShared()
    {
        SharedMemory memory = SharedMemory.Create("damo-workload", Length);
        _owned.Add(memory);
        SharedPath = memory.Path;
        return memory.Address;
    }

    byte* MapFile(string directory)
    {
        SafeFileHandle file = TemporaryFile.Create(directory);
        _owned.Add(file);

        // Large writes make large folios in the page cache, as most programs' files have.
        byte[] chunk = new byte[ChunkBytes];
        Array.Fill(chunk, (byte)1);
        for (long at = 0; at < Length; at += ChunkBytes)
        {
            RandomAccess.Write(file, chunk.AsSpan(0, (int)Math.Min(ChunkBytes, Length - at)), at);
        }

        return (byte*)Map(Length, LibC.MAP_SHARED, (int)file.DangerousGetHandle());
    }

    static nint Map(long length, int flags, int fd)
    {
        void* address = LibC.mmap(null, (nuint)length, LibC.PROT_READ | LibC.PROT_WRITE, flags, fd, 0);
        return address == LibC.MAP_FAILED ? throw Failed($"map {length} bytes") : (nint)address;
    }

    static IOException Failed(string what) =>
        new($"Cannot {what}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}.");

    /// <summary>Huge pages are a wish that the kernel may not grant; a measurement of them must not go on without.</summary>
    void CheckHugePages()
    {
        string head = string.Create(CultureInfo.InvariantCulture, $"{(ulong)Start:x}-");
        bool found = false;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            found |= line.StartsWith(head, StringComparison.Ordinal);
            if (found && line.StartsWith("AnonHugePages:", StringComparison.Ordinal))
            {
                string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                long bytes = words.Length > 1 && long.TryParse(words[1], CultureInfo.InvariantCulture, out long kib) ? kib * 1024 : 0;
                if (bytes >= Length)
                {
                    return;
                }

                throw new IOException($"The kernel gave huge pages for {bytes} of {Length} bytes only (see /sys/kernel/mm/transparent_hugepage/enabled).");
            }
        }

        throw new IOException("Cannot find the workload's memory in /proc/self/smaps.");
    }

    void StartHolder()
    {
        WorkloadOptions holder = new() { Pattern = WorkloadPattern.Hold, Log = SharedPath, Parent = Environment.ProcessId };
        Process process = SelfProcess.Start(["workload", .. holder.ToArguments()]);
        _owned.Add(new ProcessGuard(process));
        if (process.StandardOutput.ReadLine() is null)
        {
            throw new IOException("The second process that was to share the memory ended at once.");
        }
    }
}
