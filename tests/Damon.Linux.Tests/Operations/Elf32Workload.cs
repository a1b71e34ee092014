using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;

namespace Damon.Linux.Tests.Operations;

/// <summary>
/// A running 32-bit program that needs neither a compiler nor 32-bit libraries: it maps 32 MiB, writes each page once, and then
/// writes the first 4 MiB again and again, with 1 ms of sleep between.
/// </summary>
sealed class Elf32Workload : IDisposable
{
    public const ulong HotStart = 0x4000_0000;
    public const ulong HotEnd = HotStart + (4 << 20);
    public const ulong End = HotStart + (32 << 20);

    const uint LoadAddress = 0x0804_8000;
    const int HeaderLength = 52;
    const int SegmentLength = 32;

    // Linux, i386: system calls 192 (mmap2) and 162 (nanosleep).
    static readonly byte[] s_code =
    [
        0xb8, 192, 0, 0, 0,                         //         mov  eax, mmap2
        0xbb, 0x00, 0x00, 0x00, 0x40,               //         mov  ebx, HotStart
        0xb9, 0x00, 0x00, 0x00, 0x02,               //         mov  ecx, 32 MiB
        0xba, 3, 0, 0, 0,                           //         mov  edx, PROT_READ | PROT_WRITE
        0xbe, 0x32, 0, 0, 0,                        //         mov  esi, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED
        0xbf, 0xff, 0xff, 0xff, 0xff,               //         mov  edi, -1
        0x31, 0xed,                                 //         xor  ebp, ebp
        0xcd, 0x80,                                 //         int  0x80
        0xbb, 0x00, 0x00, 0x00, 0x40,               //         mov  ebx, HotStart
        0xfe, 0x03,                                 // fill:   inc  byte [ebx]
        0x81, 0xc3, 0x00, 0x10, 0x00, 0x00,         //         add  ebx, 4096
        0x81, 0xfb, 0x00, 0x00, 0x00, 0x42,         //         cmp  ebx, End
        0x72, 0xf0,                                 //         jb   fill
        0xbb, 0x00, 0x00, 0x00, 0x40,               // round:  mov  ebx, HotStart
        0xfe, 0x03,                                 // touch:  inc  byte [ebx]
        0x81, 0xc3, 0x00, 0x10, 0x00, 0x00,         //         add  ebx, 4096
        0x81, 0xfb, 0x00, 0x00, 0x40, 0x40,         //         cmp  ebx, HotEnd
        0x72, 0xf0,                                 //         jb   touch
        0xb8, 162, 0, 0, 0,                         //         mov  eax, nanosleep
        0x68, 0x40, 0x42, 0x0f, 0x00,               //         push 1000000 ns
        0x6a, 0x00,                                 //         push 0 s
        0x89, 0xe3,                                 //         mov  ebx, esp
        0x31, 0xc9,                                 //         xor  ecx, ecx
        0xcd, 0x80,                                 //         int  0x80
        0x83, 0xc4, 0x08,                           //         add  esp, 8
        0xeb, 0xd4,                                 //         jmp  round
    ];

    readonly TemporaryFolder _folder = new();
    readonly Process _process;

    /// <summary>Starts the program.</summary>
    public Elf32Workload()
    {
        string path = _folder.File("workload32");
        File.WriteAllBytes(path, Image());
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            _process = Process.Start(new ProcessStartInfo(path))!;
        }
        catch (Win32Exception e) when (e.NativeErrorCode == 8 && Environment.GetEnvironmentVariable("DAMON_TESTS_MAY_NOT_SKIP") is null)
        {
            _folder.Dispose();
            Assert.Skip("this kernel runs no 32-bit programs (CONFIG_IA32_EMULATION)");
            throw;
        }
    }

    public int Pid => _process.Id;

    /// <summary>Whether all pages are there.</summary>
    public bool IsReady() =>
        File.ReadLines($"/proc/{Pid}/status").FirstOrDefault(l => l.StartsWith("RssAnon:", StringComparison.Ordinal)) is { } line
        && long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]) >= (long)(End - HotStart) / 1024;

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Dispose();
    }

    /// <summary>The file: header, one segment that is all of the file, code.</summary>
    static byte[] Image()
    {
        byte[] image = new byte[HeaderLength + SegmentLength + s_code.Length];
        Span<byte> header = image;
        ReadOnlySpan<byte> identity = [0x7f, (byte)'E', (byte)'L', (byte)'F', 1, 1, 1]; // 32 bits, little endian, version 1
        identity.CopyTo(header);
        Set16(16, 2); // an executable
        Set16(18, 3); // for i386
        Set32(20, 1); // version
        Set32(24, LoadAddress + HeaderLength + SegmentLength); // where it starts
        Set32(28, HeaderLength); // where the segments are described
        Set16(40, HeaderLength);
        Set16(42, SegmentLength);
        Set16(44, 1); // number of segments
        Set32(HeaderLength, 1); // to be loaded
        Set32(HeaderLength + 8, LoadAddress);
        Set32(HeaderLength + 12, LoadAddress);
        Set32(HeaderLength + 16, (uint)image.Length); // in the file
        Set32(HeaderLength + 20, (uint)image.Length); // in memory
        Set32(HeaderLength + 24, 5); // readable, executable
        Set32(HeaderLength + 28, 0x1000); // alignment
        s_code.CopyTo(image, HeaderLength + SegmentLength);
        return image;

        void Set16(int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(at), value);

        void Set32(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(at), value);
    }
}
