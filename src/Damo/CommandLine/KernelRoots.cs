using System.CommandLine;
using Damon.Linux.KernelDamon;
using Damon.Linux.KernelDamon.Ownership;

namespace Damo.CommandLine;

/// <summary>Where the files of the kernel's own DAMON are. Hidden options, for tests and for what is mounted elsewhere.</summary>
static class KernelRoots
{
    /// <summary>The folder <c>admin</c> of the sysfs interface.</summary>
    public static readonly Option<string> Admin = Hidden("--sysfs-root", KernelBackends.UsualAdmin);

    /// <summary>The folder of the debugfs interface.</summary>
    public static readonly Option<string> DebugFs = Hidden("--debugfs-root", KernelBackends.UsualDebugFs);

    /// <summary>Where tracefs is mounted.</summary>
    public static readonly Option<string> Tracing = Hidden("--tracefs-root", KernelBackends.UsualTracing);

    /// <summary>The folder of the kernel's modules.</summary>
    public static readonly Option<string> Modules = Hidden("--modules-root", KernelBackends.UsualModules);

    /// <summary>Where this program notes what is its own.</summary>
    public static readonly Option<string> Notes = Hidden("--notes-root", OwnershipNotes.UsualFolder);

    static Option<string> Hidden(string name, string usual) => new(name) { Hidden = true, DefaultValueFactory = _ => usual };
}
