namespace Damon.Linux.Tests.KernelDamon.Models;

/// <summary>A folder of a model.</summary>
sealed class ModelFolder
{
    static ulong s_next;

    public Dictionary<string, object> Children { get; } = new(StringComparer.Ordinal);

    public ulong Identity { get; } = Interlocked.Increment(ref s_next);

    public ModelFolder Folder(string name)
    {
        ModelFolder folder = new();
        Children[name] = folder;
        return folder;
    }

    public object? Find(string path)
    {
        object node = this;
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (node is not ModelFolder folder || !folder.Children.TryGetValue(name, out object? child))
            {
                return null;
            }

            node = child;
        }

        return node;
    }
}
