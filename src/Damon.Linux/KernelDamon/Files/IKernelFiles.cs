using Damon.Linux.Native;

namespace Damon.Linux.KernelDamon.Files;

/// <summary>The files below one folder of a kernel interface. Paths are relative to that folder, separated by slashes, and never lead out of it.</summary>
/// <remarks>What goes wrong is an answer, not an exception: with these files an error number is often the point.</remarks>
interface IKernelFiles
{
    /// <summary>The folder, for messages.</summary>
    string Root { get; }

    /// <summary>Whether there is a file or folder.</summary>
    bool Exists(string path);

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">What it says, with its last line feed; empty after a failure.</param>
    Errno Read(string path, out string text);

    /// <summary>Writes a text by a single system call at the beginning of the file, since that is one command to the kernel.</summary>
    Errno Write(string path, string text);

    /// <summary>The names in a folder.</summary>
    Errno List(string path, List<string> names);

    /// <summary>A number that a folder keeps while it exists and that one made in its place does not get; 0 where there is none.</summary>
    ulong Identity(string path);

    /// <summary>Makes a folder, which must not exist yet.</summary>
    Errno MakeFolder(string path);

    /// <summary>Removes a folder.</summary>
    Errno RemoveFolder(string path);

    /// <summary>Opens a file that text keeps coming out of.</summary>
    Errno OpenPipe(string path, out IKernelPipe? pipe);
}
