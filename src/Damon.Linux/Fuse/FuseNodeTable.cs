using System.Runtime.InteropServices;

namespace Damon.Linux.Fuse;

/// <summary>The nodes that the kernel knows, until it has forgotten each as often as it was told of it. For one thread.</summary>
sealed class FuseNodeTable(FuseDirectory root)
{
    /// <summary>The kernel's number of the root, which it knows without a lookup and never forgets.</summary>
    internal const ulong RootId = 1;

    readonly Dictionary<ulong, (FuseNode Node, ulong NrLookups)> _nodes = [];

    /// <summary>How many there are, without the root.</summary>
    public int Count => _nodes.Count;

    /// <summary>The node of a number, or null when the kernel should not know it.</summary>
    public FuseNode? this[ulong id] =>
        id == RootId ? root : _nodes.TryGetValue(id, out (FuseNode Node, ulong NrLookups) known) ? known.Node : null;

    /// <summary>Notes that the kernel is told of a node once more.</summary>
    public void Remember(FuseNode node)
    {
        if (node.Id != RootId)
        {
            ref (FuseNode Node, ulong NrLookups) known = ref CollectionsMarshal.GetValueRefOrAddDefault(_nodes, node.Id, out _);
            known = (node, known.NrLookups + 1);
        }
    }

    /// <summary>Takes lookups back.</summary>
    public void Forget(ulong id, ulong nrLookups)
    {
        if (!_nodes.TryGetValue(id, out (FuseNode Node, ulong NrLookups) known))
        {
            return;
        }

        if (known.NrLookups <= nrLookups)
        {
            _nodes.Remove(id);
        }
        else
        {
            _nodes[id] = (known.Node, known.NrLookups - nrLookups);
        }
    }
}
