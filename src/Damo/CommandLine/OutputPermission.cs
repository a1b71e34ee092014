namespace Damo.CommandLine;

/// <summary>Reads permissions of files as users write them.</summary>
static class OutputPermission
{
    /// <summary>The permissions of an octal number; those of the owner, to read and write, where none is given.</summary>
    /// <exception cref="UserErrorException">It is none.</exception>
    public static UnixFileMode Parse(string? octal)
    {
        if (octal is null)
        {
            return UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        const int Most = 0x1ff;
        try
        {
            int mode = Convert.ToInt32(octal, 8);
            return mode is >= 0 and <= Most
                ? (UnixFileMode)mode
                : throw UserErrorException.Usage($"wrong --output permission ({octal}) (out of available permission range)");
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException)
        {
            throw UserErrorException.Usage($"wrong --output permission ({octal}) (parsing failed: write it octal, like 600)");
        }
    }
}
