using System.Globalization;
using Damon.Linux.Native;

namespace Damon.Linux.KernelDamon.Files;

/// <summary>Reads and writes files of a kernel interface: repeats what the kernel was too busy for, and tells every other failure by an exception.</summary>
/// <param name="files">The files.</param>
/// <param name="sleep">How to wait; null for real time.</param>
sealed class KernelTree(IKernelFiles files, Action<TimeSpan>? sleep = null)
{
    /// <summary>Tries of a file that is busy. Nothing holds the kernel's lock for long, except a commit: that takes up to an aggregation interval.</summary>
    const int Tries = 12;

    const int GoneLooks = 3;

    static readonly TimeSpan s_firstDelay = TimeSpan.FromMilliseconds(2);
    static readonly TimeSpan s_longestDelay = TimeSpan.FromMilliseconds(500);

    readonly Action<TimeSpan> _sleep = sleep ?? Thread.Sleep;

    /// <summary>The files themselves.</summary>
    public IKernelFiles Files { get; } = files;

    /// <summary>The whole path, for messages.</summary>
    public string PathOf(string path) => $"{Files.Root}/{path}";

    /// <summary>Whether there is a file or folder.</summary>
    public bool Exists(string path) => Files.Exists(path);

    /// <summary>Whether a file or folder is gone for certain: what is to be given back is looked for more than once.</summary>
    public bool IsGone(string path)
    {
        for (int left = GoneLooks; left > 0; left--)
        {
            if (Exists(path))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>See <see cref="IKernelFiles.Identity"/>; 0 only if several looks find nothing.</summary>
    public ulong Identity(string path)
    {
        ulong identity = 0;
        for (int left = GoneLooks; left > 0 && identity == 0; left--)
        {
            identity = Files.Identity(path);
        }

        return identity;
    }

    /// <summary>What a file says, without the line feed at its end.</summary>
    /// <exception cref="KernelDamonException">It cannot be read.</exception>
    public string Read(string path)
    {
        Errno errno = TryRead(path, out string text);
        return errno == Errno.None ? text : throw Unreadable(path, errno);
    }

    /// <summary>What a file says, without the line feed at its end; null where there is no such file.</summary>
    /// <exception cref="KernelDamonException">It is there, but cannot be read.</exception>
    public string? ReadIfThere(string path)
    {
        Errno errno = TryRead(path, out string text);
        return errno == Errno.None ? text : errno is Errno.ENOENT or Errno.ENOTDIR ? null : throw Unreadable(path, errno);
    }

    /// <summary>Reads a file; failures come back as an error number.</summary>
    public Errno TryRead(string path, out string text)
    {
        string found = "";
        Errno errno = Repeat(() => Files.Read(path, out found));
        text = found.EndsWith('\n') ? found[..^1] : found;
        return errno;
    }

    /// <summary>A file that holds a number.</summary>
    /// <exception cref="KernelDamonException">It cannot be read, or holds something else.</exception>
    public ulong ReadNumber(string path)
    {
        string text = Read(path);
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number)
            ? number
            : throw new KernelDamonException($"'{PathOf(path)}' holds '{Cut(text)}', which is no number: this kernel's DAMON is not known here");
    }

    /// <summary>A file that holds a number of folders or of processes; -1 means none.</summary>
    /// <inheritdoc cref="ReadNumber" path="/exception"/>
    public int ReadCount(string path)
    {
        string text = Read(path);
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= -1
            ? number
            : throw new KernelDamonException($"'{PathOf(path)}' holds '{Cut(text)}', which is no count: this kernel's DAMON is not known here");
    }

    /// <summary>Writes a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">The whole text.</param>
    /// <param name="hint">What an answer of EINVAL means; null where that is not known.</param>
    /// <exception cref="KernelDamonException">The kernel does not take it.</exception>
    public void Write(string path, string text, string? hint = null)
    {
        Errno errno = TryWrite(path, text);
        if (errno != Errno.None)
        {
            throw Refused(path, text, errno, hint);
        }
    }

    /// <summary>Writes a file, and leaves it to the caller what to make of a failure.</summary>
    public Errno TryWrite(string path, string text) => Repeat(() => Files.Write(path, text));

    /// <summary>The failure of a write, in words.</summary>
    public KernelDamonException Refused(string path, string text, Errno errno, string? hint = null)
    {
        string what = errno switch
        {
            Errno.EBUSY => hint ?? "somebody else uses it all the time; try again later",
            Errno.EACCES or Errno.EPERM or Errno.EROFS => hint ?? "run as root",
            _ => hint ?? "",
        };
        return new KernelDamonException(
            $"the kernel does not take '{Cut(text.TrimEnd('\n'))}' in '{PathOf(path)}': {errno.ToText()}{(what.Length > 0 ? $"; {what}" : "")}",
            errno);
    }

    KernelDamonException Unreadable(string path, Errno errno)
    {
        string what = errno switch
        {
            Errno.EACCES or Errno.EPERM => "; run as root",
            Errno.ENOENT or Errno.ENODEV => "; it was taken away, or this kernel does not have it",
            Errno.EBUSY => "; somebody else uses it all the time; try again later",
            _ => "",
        };
        return new KernelDamonException($"'{PathOf(path)}' cannot be read: {errno.ToText()}{what}", errno);
    }

    Errno Repeat(Func<Errno> action)
    {
        TimeSpan delay = s_firstDelay;
        for (int left = Tries; ; left--)
        {
            Errno errno = action();
            if (errno is not (Errno.EBUSY or Errno.EAGAIN) || left == 1)
            {
                return errno;
            }

            // Not in step with another process that retries in the same way.
            _sleep(delay * (0.75 + (Random.Shared.NextDouble() / 2)));
            delay = delay * 2 < s_longestDelay ? delay * 2 : s_longestDelay;
        }
    }

    static string Cut(string text) => text.Length <= 80 ? text : text[..80] + "...";
}
