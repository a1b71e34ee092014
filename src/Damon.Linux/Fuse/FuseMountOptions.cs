namespace Damon.Linux.Fuse;

/// <summary>How a tree is mounted and served. The defaults let root alone in, if the nodes' permissions do.</summary>
sealed record FuseMountOptions
{
    /// <summary>What the file system is called in the tables of mounts (type <c>fuse.NAME</c>): letters and digits.</summary>
    public string Name { get; init; } = "damonfs";

    /// <summary>The owner of all nodes.</summary>
    public uint UserId { get; init; }

    /// <summary>The group of all nodes.</summary>
    public uint GroupId { get; init; }

    /// <summary>How many handlers (<see cref="FuseFile"/>) run at the same time, at most; others wait for their turn.</summary>
    public int MaxWorkers { get; init; } = 16;

    /// <summary>Whether a child process waits to detach the mount should this process die without doing so.</summary>
    public bool Watchdog { get; init; } = true;

    /// <summary>Whether the watchdog removes the directory, too, if it is empty then: who made it for the mount is gone.</summary>
    public bool RemovesDirectory { get; init; }

    /// <summary>Told of each exception other than <see cref="FuseException"/> that a handler or a directory throws. Must not throw.</summary>
    public Action<Exception>? Failed { get; init; }
}
