using System.Buffers.Binary;

namespace Damon.Linux.Tests;

/// <summary>An empty folder for one test that stands for /proc or /sys.</summary>
sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("damon-test-").FullName;

    /// <summary>Where a file in the folder is; its parents are made.</summary>
    public string File(string name)
    {
        string path = System.IO.Path.Combine(Path, name);
        _ = Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        return path;
    }

    /// <summary>Writes a file of text.</summary>
    public void Write(string name, string text) => System.IO.File.WriteAllText(File(name), text);

    /// <summary>Writes one word of a file of 64-bit words; what is not written reads as 0.</summary>
    public void WriteWord(string name, ulong index, ulong value)
    {
        using FileStream file = new(File(name), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        file.Position = (long)index * sizeof(ulong);
        file.Write(bytes);
    }

    /// <summary>All words of a file.</summary>
    public ulong[] Words(string name)
    {
        byte[] bytes = System.IO.File.ReadAllBytes(File(name));
        ulong[] words = new ulong[bytes.Length / sizeof(ulong)];
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(i * sizeof(ulong)));
        }

        return words;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
