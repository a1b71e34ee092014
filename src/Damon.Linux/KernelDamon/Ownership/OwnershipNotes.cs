using System.Text.Json;
using Damon.Linux.KernelDamon.Files;
using Damon.Linux.Outputs;
using Damon.Linux.Processes;

namespace Damon.Linux.KernelDamon.Ownership;

/// <summary>The notes in which runs of this program keep what they have taken of the kernel's DAMON, one for each folder of an interface.</summary>
/// <remarks>
/// A run holds a lock beside its note as long as it lives; the lock goes with the process, the note stays. So a note without a lock is what a
/// run left that was killed.
/// </remarks>
/// <param name="folder">Usually <see cref="UsualFolder"/>.</param>
/// <param name="proc">Where processes are looked up.</param>
sealed class OwnershipNotes(string folder, ProcFileSystem proc)
{
    /// <summary>Where notes are: gone with the next boot, like what they tell of.</summary>
    public const string UsualFolder = "/run/damo";

    const string Suffix = ".json";

    /// <summary>A note is a few hundred bytes; no other file is read.</summary>
    const int MaxNote = 1 << 20;

    /// <summary>The folder.</summary>
    public string Folder { get; } = folder;

    /// <summary>Where processes are looked up.</summary>
    public ProcFileSystem Proc { get; } = proc;

    /// <summary>The name of the note of a folder of an interface.</summary>
    /// <param name="backend">The name of the backend.</param>
    /// <param name="root">The folder of the interface: there is one of sysfs, but file systems like debugfs may be mounted anywhere.</param>
    public static string NameOf(string backend, string root) => backend == "sysfs" ? "kdamonds" : backend + root.Replace('/', '-');

    /// <summary>Takes the right to use an interface.</summary>
    /// <param name="backend">The name of the backend.</param>
    /// <param name="root">The folder of the interface.</param>
    /// <exception cref="KernelDamonException">Another run has it, or a note of a killed one is there, or notes cannot be written.</exception>
    public OwnershipNote Take(string backend, string root)
    {
        string name = NameOf(backend, root);
        FileStream? taken = Lock(name, out string? fault) ?? throw new KernelDamonException(fault!);
        try
        {
            if (Read(name, out fault) is { } left)
            {
                if (left.BootId == OwnProcess.BootOf(Proc) && !left.IsEmpty)
                {
                    throw new KernelDamonException(
                        $"a run of damo that was killed (process {left.Pid}) left the kernel's DAMON as it was then; 'damo stop --ours' clears that away");
                }
            }
            else if (fault is not null)
            {
                throw new KernelDamonException(fault);
            }

            OwnProcess self = OwnProcess.Current(Proc);
            OwnershipNote note = new(
                this,
                taken,
                name,
                new KernelClaim { Pid = self.Pid, StartTime = self.StartTime, BootId = self.BootId, Interface = backend, Root = root });
            note.Save(static claim => claim);
            taken = null;
            return note;
        }
        finally
        {
            taken?.Dispose();
        }
    }

    /// <summary>Takes the lock of a note.</summary>
    /// <returns>Null when another process holds it, or it cannot be taken.</returns>
    public FileStream? Lock(string name, out string? fault)
    {
        try
        {
            using OwnFolder own = OwnFolder.Open(Folder);
            if (own.Lock(name + ".lock") is { } taken)
            {
                fault = null;
                return taken;
            }

            fault = Read(name, out _) is { } holder && OwnProcess.Lives(Proc, holder)
                ? $"another run of damo has the kernel's DAMON: process {holder.Pid} ({Proc.CommandLine(holder.Pid) ?? "gone meanwhile"})"
                : "another run of damo has the kernel's DAMON";
        }
        catch (UnauthorizedAccessException)
        {
            fault = $"'{Folder}' cannot be written, which is where damo notes what is its own of the kernel's DAMON; run as root";
        }
        catch (IOException e)
        {
            fault = e.Message;
        }

        return null;
    }

    /// <summary>Reads a note.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="fault">Why it cannot be used; null when it can, or there is none.</param>
    public KernelClaim? Read(string name, out string? fault)
    {
        string path = PathOf(name);
        fault = null;
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length <= MaxNote && JsonSerializer.Deserialize(file, ClaimJson.Default.KernelClaim) is { } claim)
            {
                return claim;
            }

            fault = $"'{path}' is no note of damo; remove it if nothing of damo runs";
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException)
        {
            fault = $"'{path}' is no note of damo; remove it if nothing of damo runs";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            fault = $"'{path}' cannot be read: {e.Message}";
        }

        return null;
    }

    /// <summary>The names of all notes.</summary>
    public IReadOnlyList<string> Names()
    {
        try
        {
            return [.. Directory.EnumerateFiles(Folder, "*" + Suffix)
                .Select(p => Path.GetFileNameWithoutExtension(p))
                .Where(n => !n.StartsWith("module-", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Writes a note, whole or not at all.</summary>
    /// <exception cref="KernelDamonException">It cannot be written.</exception>
    public void Write(string name, KernelClaim claim) => WriteText(name, JsonSerializer.Serialize(claim, ClaimJson.Default.KernelClaim));

    /// <summary>Removes a note, if there is one.</summary>
    public void Remove(string name)
    {
        try
        {
            File.Delete(PathOf(name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then it tells of what is no longer there, which the next look finds out.
        }
    }

    /// <summary>What this program noted when it enabled a module; null where it did not, or in another boot.</summary>
    public ModuleClaim? ReadModule(string module)
    {
        try
        {
            ModuleClaim? claim = InputFile.ReadText(PathOf("module-" + module), MaxNote) is { } text
                ? JsonSerializer.Deserialize(text, ClaimJson.Default.ModuleClaim)
                : null;
            return claim?.BootId == OwnProcess.BootOf(Proc) ? claim : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Notes that this program has enabled a module.</summary>
    /// <exception cref="KernelDamonException">It cannot be written.</exception>
    public void WriteModule(string module, int kernelPid) =>
        WriteText("module-" + module, JsonSerializer.Serialize(new ModuleClaim(module, OwnProcess.BootOf(Proc), kernelPid), ClaimJson.Default.ModuleClaim));

    /// <summary>Forgets that this program has enabled a module.</summary>
    public void RemoveModule(string module) => Remove("module-" + module);

    void WriteText(string name, string text)
    {
        string path = PathOf(name);
        try
        {
            using OwnFolder own = OwnFolder.Open(Folder);
            using OutputFile file = OutputFile.Open(path, new OutputRule());
            file.Stream.Write(System.Text.Encoding.UTF8.GetBytes(text + "\n"));
            file.Commit();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KernelDamonException($"'{path}' cannot be written, which is where damo notes what is its own of the kernel's DAMON: {e.Message}");
        }
    }

    string PathOf(string name) => Path.Combine(Folder, name + Suffix);
}
