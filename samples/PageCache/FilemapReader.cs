using System.Globalization;
using System.Text;
using Damon.Linux.KernelDamon.Tracing;

namespace Damon.Samples.PageCache;

/// <summary>The events of reads and page faults, from a tracing instance of our own.</summary>
sealed class FilemapReader(TraceInstance trace) : IDisposable
{
    /// <summary>A filter that is longer the kernel does not take.</summary>
    const int LongestFilter = 3000;

    const string Reads = "filemap/mm_filemap_get_pages";

    /// <summary>The last tells of the up to 16 pages around the one that was touched: those are mapped in one go, if they are in memory.</summary>
    static readonly string[] s_events = [Reads, "filemap/mm_filemap_fault", "filemap/mm_filemap_map_pages"];

    readonly byte[] _buffer = new byte[64 * 1024];
    int _start;
    int _end;

    /// <summary>Events that came while the kernel's buffer was full.</summary>
    public long Lost { get; private set; }

    /// <summary>Has the reads of a thread traced.</summary>
    public void StartReadsOf(string thread) => trace.Enable(Reads, $"common_pid == {thread}");

    /// <summary>Has all accesses to files traced; where there are too many for a filter, those to all files there are.</summary>
    public void StartAll(IEnumerable<FileIdentity> files)
    {
        string filter = string.Join(" || ", files.Select(file => string.Create(CultureInfo.InvariantCulture, $"i_ino == {file.Inode}")));
        foreach (string name in s_events)
        {
            // A 0 is no filter.
            trace.Enable(name, filter.Length <= LongestFilter ? filter : "0");
        }
    }

    /// <summary>The next event.</summary>
    /// <returns>False when there is none now.</returns>
    public bool TryNext(out FilemapEvent access)
    {
        while (true)
        {
            ReadOnlySpan<byte> text = _buffer.AsSpan(_start, _end - _start);
            int length = text.IndexOf((byte)'\n');
            if (length >= 0)
            {
                _start += length + 1;
                if (FilemapEvent.TryParse(text[..length], out access))
                {
                    return true;
                }

                Lost += LostBy(text[..length]);
                continue;
            }

            // What is left is the beginning of a line; one that fills all is none.
            text.CopyTo(_buffer);
            (_start, _end) = (0, text.Length < _buffer.Length ? text.Length : 0);
            int count = trace.Read(_buffer.AsSpan(_end));
            if (count == 0)
            {
                access = default;
                return false;
            }

            _end += count;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => trace.Dispose();

    /// <summary>Reads <c>CPU:1 [LOST 123 EVENTS]</c>.</summary>
    internal static long LostBy(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> word = "[LOST "u8;
        int at = line.StartsWith("CPU:"u8) ? line.IndexOf(word) : -1;
        string number = at < 0 ? "" : Encoding.ASCII.GetString(line[(at + word.Length)..]).Split(' ')[0];
        return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long lost) ? lost : 0;
    }
}
