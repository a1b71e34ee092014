namespace Damon.Linux.Processes;

/// <summary>What a line of /proc/PID/maps says of a mapping besides its addresses.</summary>
[Flags]
public enum MappingTraits
{
    /// <summary>No access, private, anonymous.</summary>
    None = 0,

    /// <summary>Readable.</summary>
    Read = 1,

    /// <summary>Writable.</summary>
    Write = 2,

    /// <summary>Executable.</summary>
    Execute = 4,

    /// <summary>Shared, not private.</summary>
    Shared = 8,

    /// <summary>Backed by a file, which includes shared memory.</summary>
    File = 16,
}
