namespace Damon.Linux.Fuse;

/// <summary>A file as one client has opened it.</summary>
/// <param name="file">The file.</param>
/// <param name="appends">Whether it was opened with O_APPEND.</param>
sealed class FuseFileHandle(FuseFile file, bool appends)
{
    volatile byte[]? _text;
    volatile bool _moved;

    /// <summary>The file.</summary>
    public FuseFile File => file;

    /// <summary>What it was read as, which the client may still be reading piece by piece.</summary>
    public byte[]? Text
    {
        get => _text;
        set => _text = value;
    }

    /// <summary>Notes that the client's position is not 0 any more.</summary>
    public void Move() => _moved = true;

    /// <summary>
    /// Whether something can be written there. The kernel gives the position of the handle, except when the file was opened for appending:
    /// then it gives what it takes for the file's end, which says nothing here.
    /// </summary>
    public bool Takes(ulong offset) => appends ? !_moved : offset == 0;
}
