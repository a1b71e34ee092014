using Damon.Linux.KernelDamon.Files;
using Damon.Linux.Native;

namespace Damon.Linux.KernelDamon.Sysfs;

/// <summary>The folder <c>admin</c> of the kernel's DAMON, with all its kdamonds.</summary>
sealed class SysfsAdmin(KernelTree tree)
{
    const string Number = "kdamonds/nr_kdamonds";

    /// <summary>More kdamonds than this are not looked at one by one.</summary>
    const int MaxLooked = 1024;

    /// <summary>The files.</summary>
    public KernelTree Tree { get; } = tree;

    /// <summary>Whether the kernel has the interface.</summary>
    public bool IsThere => Tree.Exists(Number);

    /// <summary>How many kdamonds there are, running or not.</summary>
    public int Count => Tree.ReadCount(Number);

    /// <summary>Looks at all kdamonds. Nothing is written.</summary>
    public List<SysfsKdamondState> Look()
    {
        List<SysfsKdamondState> states = [];
        int count = Math.Min(Count, MaxLooked);
        for (int i = 0; i < count; i++)
        {
            // They may be taken away while one looks.
            string path = $"kdamonds/{i}";
            if (Tree.TryRead($"{path}/state", out string state) == Errno.None && Tree.TryRead($"{path}/pid", out string pid) == Errno.None)
            {
                states.Add(new SysfsKdamondState(i, state == "on", int.TryParse(pid, out int number) ? number : -1, Tree.Identity(path)));
            }
        }

        return states;
    }

    /// <summary>Makes one kdamond where there is none.</summary>
    /// <exception cref="KernelDamonException">There are kdamonds, which belong to others, or the kernel refuses.</exception>
    public SysfsKdamond Create()
    {
        // Writing the number destroys what is there, whatever the number.
        int count = Count;
        if (count != 0)
        {
            throw new KernelDamonException(Busy(count));
        }

        Tree.Write(Number, "1");
        return new SysfsKdamond(Tree, 0);
    }

    /// <summary>Takes away the one kdamond that <see cref="Create"/> made.</summary>
    /// <param name="identity">The identity of its folder.</param>
    /// <returns>Null when that is done, or the reason why it is not.</returns>
    public string? Remove(ulong identity)
    {
        Errno errno = Tree.TryRead(Number, out string text);
        if (errno != Errno.None)
        {
            return errno == Errno.ENOENT && Tree.IsGone(Number) ? null : $"'{Tree.PathOf(Number)}' cannot be read: {errno.ToText()}";
        }

        if (text == "0")
        {
            return null;
        }

        if (text != "1" || identity == 0 || Tree.Identity("kdamonds/0") != identity)
        {
            return "somebody else has made kdamonds meanwhile: they are left alone";
        }

        errno = Tree.TryWrite(Number, "0");
        return errno == Errno.None ? null : Tree.Refused(Number, "0", errno).Message;
    }

    /// <summary>Why the interface cannot be taken.</summary>
    public static string Busy(int count) => $"the kernel's DAMON has {count} kdamond{(count == 1 ? "" : "s")} of somebody else";
}
