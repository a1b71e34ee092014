namespace Damon.Linux.Fuse;

/// <summary>What the kernel is told of nodes: always what they are now, to be remembered for no time at all.</summary>
/// <param name="options">Who owns them.</param>
/// <param name="time">The time of all of them, in seconds since 1970.</param>
sealed class FuseAttributes(FuseMountOptions options, ulong time)
{
    /// <summary>Size of the reply to a lookup.</summary>
    internal const int EntrySize = 40 + Size;

    /// <summary>Size of the reply that gives attributes alone.</summary>
    internal const int ReplySize = 16 + Size;

    const int Size = 88;
    const uint DirectoryMode = 0x4000;
    const uint FileMode = 0x8000;
    const uint PermissionMask = 0xfff;
    const int TypeShift = 12;
    /// <summary>The type in an entry of a directory.</summary>
    public static uint TypeOf(FuseNode node) => (node is FuseDirectory ? DirectoryMode : FileMode) >> TypeShift;

    /// <summary>Type and permissions.</summary>
    public static uint ModeOf(FuseNode node) => (node is FuseDirectory ? DirectoryMode : FileMode) | (node.Permissions & PermissionMask);

    /// <summary>Writes <c>struct fuse_entry_out</c>.</summary>
    public void WriteEntry(FuseNode node, ref FuseReplyWriter reply)
    {
        reply.U64(node.Id);
        reply.Zeros(sizeof(ulong)); // Generation: numbers are never used again.
        reply.Zeros(24); // How long name and attributes may be remembered.
        Write(node, ref reply);
    }

    /// <summary>Writes <c>struct fuse_attr_out</c>.</summary>
    public void WriteReply(FuseNode node, ref FuseReplyWriter reply)
    {
        reply.Zeros(16);
        Write(node, ref reply);
    }

    void Write(FuseNode node, ref FuseReplyWriter reply)
    {
        reply.U64(node.Id);
        reply.Zeros(16); // Size and blocks: 0, as of all files whose text is made when it is read.
        reply.U64(time);
        reply.U64(time);
        reply.U64(time);
        reply.Zeros(12);
        reply.U32(ModeOf(node));
        reply.U32(node is FuseDirectory ? 2u : 1u);
        reply.U32(options.UserId);
        reply.U32(options.GroupId);
        reply.Zeros(sizeof(uint));
        reply.U32(FuseSession.PageSize);
        reply.Zeros(sizeof(uint));
    }
}
