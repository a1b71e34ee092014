namespace Damon.Linux.Outputs;

/// <summary>How an <see cref="OutputFile"/> comes to its name.</summary>
sealed record OutputRule
{
    /// <summary>For its owner only.</summary>
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Permissions of a new file, whatever the umask.</summary>
    public UnixFileMode Permission { get; init; } = Private;

    /// <summary>Whether what has the name becomes <c>.old</c>. Otherwise it goes, and the new file takes over its permissions.</summary>
    public bool KeepsOld { get; init; }

    /// <summary>Whether a name that is free is taken at once: what is written is there even if the program is killed.</summary>
    public bool IsLive { get; init; }

    /// <summary>What the output is made of: files, or <c>-</c> for standard input. None of them, and no sidecar of theirs, may be the output.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = [];
}
