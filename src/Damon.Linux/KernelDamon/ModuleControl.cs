using Damon.Linux.KernelDamon.Files;
using Damon.Linux.KernelDamon.Modules;
using Damon.Linux.KernelDamon.Ownership;
using Damon.Linux.KernelDamon.Sysfs;

namespace Damon.Linux.KernelDamon;

/// <summary>Carries out what the user orders of a module of the kernel, within the rules for what belongs to others.</summary>
/// <remarks>
/// A running module that this program did not enable belongs to others: it is changed only if the user insists. One is not enabled while
/// anything else of DAMON runs, since the kernel gives DAMON to a module alone.
/// </remarks>
/// <param name="modules">The modules.</param>
/// <param name="admin">The folder of the sysfs interface.</param>
/// <param name="notes">What this program has enabled.</param>
/// <param name="sleep">How to wait; null for real time.</param>
sealed class ModuleControl(KernelModules modules, SysfsAdmin admin, OwnershipNotes notes, Action<TimeSpan>? sleep = null)
{
    static readonly TimeSpan s_lateStart = TimeSpan.FromMilliseconds(200);

    readonly Action<TimeSpan> _sleep = sleep ?? Thread.Sleep;

    /// <summary>Whether a module runs because this program enabled it.</summary>
    public bool IsOurs(string module) =>
        modules.IsEnabled(module) && notes.ReadModule(module) is { } claim && claim.KernelPid > 0 && claim.KernelPid == modules.KernelPid(module);

    /// <summary>Enables a module, with parameters that are written before.</summary>
    /// <exception cref="KernelDamonException">It belongs to others, or DAMON is taken, or the kernel refuses.</exception>
    public void Enable(string module, IReadOnlyList<(string Name, string Value)> parameters)
    {
        ThrowIfMissing(module);
        if (modules.IsEnabled(module))
        {
            throw new KernelDamonException($"damon_{module} runs already; change it by 'commit'");
        }

        if (modules.WhoRuns() is { } other)
        {
            throw new KernelDamonException($"{other} runs, and DAMON is for one module at a time; disable that first");
        }

        if (admin.IsThere && admin.Look().FirstOrDefault(k => k.IsOn) is { IsOn: true } kdamond)
        {
            throw new KernelDamonException(
                $"kdamond {kdamond.Index} of the sysfs interface runs (pid {kdamond.Pid}), and a module wants DAMON alone; whoever started it has to stop it");
        }

        Put(module, parameters);
        Write(module, "enabled", "Y");
        int pid = modules.KernelPid(module);
        if (!modules.IsEnabled(module) || pid <= 0)
        {
            // Older kernels start a little later, and tell a failure only by not running.
            _sleep(s_lateStart);
            pid = modules.KernelPid(module);
        }

        if (!modules.IsEnabled(module))
        {
            throw new KernelDamonException(
                $"the kernel took the order to enable damon_{module}, but it does not run: its parameters may be wrong, or another user of DAMON runs");
        }

        notes.WriteModule(module, pid);
    }

    /// <summary>Disables a module.</summary>
    /// <returns>False when it did not run.</returns>
    /// <exception cref="KernelDamonException">It belongs to others, or the kernel refuses.</exception>
    public bool Disable(string module, bool force)
    {
        ThrowIfMissing(module);
        if (!modules.IsEnabled(module))
        {
            notes.RemoveModule(module);
            return false;
        }

        ThrowIfForeign(module, force);
        Write(module, "enabled", "N");
        notes.RemoveModule(module);
        return true;
    }

    /// <summary>Changes parameters, and lets a module that runs take them.</summary>
    /// <exception cref="KernelDamonException">It belongs to others, or the kernel refuses.</exception>
    public void Commit(string module, IReadOnlyList<(string Name, string Value)> parameters, bool force)
    {
        ThrowIfMissing(module);
        bool runs = modules.IsEnabled(module);
        ThrowIfForeign(module, force);
        bool canCommit = modules.Tree.Exists($"{KernelModules.Parameters(module)}/commit_inputs");
        if (runs && !canCommit)
        {
            throw new KernelDamonException($"damon_{module} takes no parameters while it runs ('commit_inputs' is not there): disable it first");
        }

        Put(module, parameters);
        if (runs)
        {
            Write(module, "commit_inputs", "Y");
        }
    }

    void ThrowIfMissing(string module)
    {
        if (!modules.Has(module))
        {
            throw modules.Missing(module);
        }
    }

    void ThrowIfForeign(string module, bool force)
    {
        if (!force && modules.IsEnabled(module) && !IsOurs(module))
        {
            throw new KernelDamonException($"damon_{module} runs, and damo did not enable it: it is somebody else's; --force changes it all the same");
        }
    }

    void Put(string module, IReadOnlyList<(string Name, string Value)> parameters)
    {
        // All are looked for before the first is written.
        foreach ((string name, _) in parameters)
        {
            if (!modules.Tree.Exists($"{KernelModules.Parameters(module)}/{name}"))
            {
                string known = string.Join(", ", modules.Read(module).Select(p => p.Name));
                throw new KernelDamonException($"damon_{module} has no parameter '{name}' in this kernel; it has {known}");
            }
        }

        foreach ((string name, string value) in parameters)
        {
            Write(module, name, value);
        }
    }

    void Write(string module, string name, string value) => modules.Tree.Write($"{KernelModules.Parameters(module)}/{name}", value);
}
