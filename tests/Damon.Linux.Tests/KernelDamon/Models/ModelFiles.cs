using Damon.Linux.KernelDamon.Files;
using Damon.Linux.Native;

namespace Damon.Linux.Tests.KernelDamon.Models;

/// <summary>Files in memory that react like those of a kernel.</summary>
class ModelFiles(string root, ModelFaults? faults = null) : IKernelFiles
{
    public ModelFaults Faults { get; } = faults ?? new ModelFaults();

    public ModelFolder Top { get; } = new();

    public string Root { get; } = root;

    /// <summary>All writes, as <c>path=text</c>.</summary>
    public List<string> Written { get; } = [];

    public bool Exists(string path) => Faults.Next() is Errno.None or Errno.EBUSY && Top.Find(path) is not null;

    public Errno Read(string path, out string text)
    {
        text = "";
        Errno errno = Faults.Next();
        if (errno != Errno.None)
        {
            return errno;
        }

        switch (Top.Find(path))
        {
            case ModelFile file:
                text = file.Read();
                return Errno.None;
            case ModelFolder:
                return Errno.EISDIR;
            default:
                return Errno.ENOENT;
        }
    }

    public Errno Write(string path, string text)
    {
        Errno errno = Faults.Next();
        if (errno != Errno.None)
        {
            return errno;
        }

        Written.Add($"{path}={text}");
        return Top.Find(path) switch
        {
            ModelFile { Write: { } write } => text.Length == 0 ? Errno.None : write(text),
            ModelFile => Errno.EACCES,
            ModelFolder => Errno.EISDIR,
            _ => Errno.ENOENT,
        };
    }

    public Errno List(string path, List<string> names)
    {
        Errno errno = Faults.Next();
        if (errno != Errno.None)
        {
            return errno;
        }

        if (Top.Find(path) is not ModelFolder folder)
        {
            return Errno.ENOENT;
        }

        names.AddRange(folder.Children.Keys);
        return Errno.None;
    }

    public ulong Identity(string path) => Faults.Next() is Errno.None or Errno.EBUSY ? (Top.Find(path) as ModelFolder)?.Identity ?? 0 : 0;

    public Errno MakeFolder(string path)
    {
        Errno errno = Faults.Next();
        return errno != Errno.None ? errno : Top.Find(path) is not null ? Errno.EEXIST : Make(path);
    }

    public Errno RemoveFolder(string path)
    {
        Errno errno = Faults.Next();
        if (errno != Errno.None)
        {
            return errno;
        }

        int slash = path.LastIndexOf('/');
        return Top.Find(path[..slash]) is ModelFolder parent && parent.Children.Remove(path[(slash + 1)..]) ? Errno.None : Errno.ENOENT;
    }

    public Errno OpenPipe(string path, out IKernelPipe? pipe)
    {
        pipe = null;
        Errno errno = Faults.Next();
        if (errno != Errno.None)
        {
            return errno;
        }

        pipe = PipeAt(path);
        return pipe is null ? Errno.ENOENT : Errno.None;
    }

    /// <summary>Adds a file, and the folders it lies in.</summary>
    public ModelFiles With(string path, ModelFile file)
    {
        string[] names = path.Split('/');
        ModelFolder folder = Top;
        foreach (string name in names[..^1])
        {
            folder = folder.Children.TryGetValue(name, out object? child) ? (ModelFolder)child : folder.Folder(name);
        }

        folder.Children[names[^1]] = file;
        return this;
    }

    /// <summary>Adds a file that holds whatever is written.</summary>
    public ModelFiles With(string path, string text) => With(path, ModelFile.Text(text));

    /// <summary>What a file says, without counting.</summary>
    public string Says(string path) => ((ModelFile)(Top.Find(path) ?? throw new InvalidOperationException($"There is no {path}."))).Read().TrimEnd('\n');

    /// <summary>All files with what they say, sorted.</summary>
    public List<string> Dump()
    {
        List<string> lines = [];
        Add(Top, "");
        lines.Sort(StringComparer.Ordinal);
        return lines;

        void Add(ModelFolder folder, string path)
        {
            foreach ((string name, object child) in folder.Children)
            {
                if (child is ModelFolder inner)
                {
                    Add(inner, $"{path}{name}/");
                }
                else
                {
                    lines.AddRange(((ModelFile)child).Read().TrimEnd('\n').Split('\n').Select(line => $"{path}{name}:{line}"));
                }
            }
        }
    }

    protected virtual Errno Make(string path) => Errno.EPERM;

    protected virtual IKernelPipe? PipeAt(string path) => null;
}
