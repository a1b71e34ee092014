using System.Globalization;
using Damon.Linux.KernelDamon.Files;
using Damon.Linux.Native;

namespace Damon.Linux.KernelDamon.Modules;

/// <summary>The kernel's modules that use DAMON by themselves, by their parameters.</summary>
/// <param name="tree">The folder of modules.</param>
sealed class KernelModules(KernelTree tree)
{
    static readonly string[] s_names = ["reclaim", "lru_sort", "stat"];

    /// <summary>The names without <c>damon_</c>.</summary>
    public static IReadOnlyList<string> Names => s_names;

    /// <summary>The files.</summary>
    public KernelTree Tree { get; } = tree;

    /// <summary>Whether the kernel has a module.</summary>
    public bool Has(string module) => Tree.Exists(Parameters(module));

    /// <summary>The module that runs now; null where none does.</summary>
    public string? WhoRuns() => s_names.FirstOrDefault(IsEnabled) is { } name ? $"damon_{name}" : null;

    /// <summary>Whether a module is enabled.</summary>
    public bool IsEnabled(string module) => Tree.TryRead($"{Parameters(module)}/enabled", out string text) == Errno.None && text is "Y" or "y" or "1";

    /// <summary>The pid of its thread; -1 where there is none.</summary>
    public int KernelPid(string module) =>
        Tree.TryRead($"{Parameters(module)}/kdamond_pid", out string text) == Errno.None
            && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int pid)
            ? pid
            : -1;

    /// <summary>All parameters with their values, by name; a value that cannot be read is null.</summary>
    /// <exception cref="KernelDamonException">The kernel does not have the module.</exception>
    public IReadOnlyList<(string Name, string? Value)> Read(string module)
    {
        List<string> names = [];
        Errno errno = Tree.Files.List(Parameters(module), names);
        if (errno != Errno.None)
        {
            throw Missing(module);
        }

        names.Sort(StringComparer.Ordinal);
        return [.. names.Select(n => (n, Tree.TryRead($"{Parameters(module)}/{n}", out string text) == Errno.None ? text : null))];
    }

    /// <summary>The failure that the kernel does not have a module.</summary>
    public KernelDamonException Missing(string module)
    {
        string since = module switch { "reclaim" => "5.16", "lru_sort" => "6.0", _ => "6.17" };
        return new KernelDamonException(
            $"this kernel has no module damon_{module} ('{Tree.PathOf(Parameters(module))}'): Linux has it since {since}, where it is built with it",
            Errno.ENOENT);
    }

    /// <summary>The folder of the parameters of a module.</summary>
    public static string Parameters(string module) => $"damon_{module}/parameters";
}
