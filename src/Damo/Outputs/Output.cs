using Damo.CommandLine;
using Damon.Linux.Outputs;

namespace Damo.Outputs;

/// <summary>What commands write: everything goes through <see cref="OutputFile"/>, and a failure is one line.</summary>
static class Output
{
    const int BufferLength = 1 << 16;

    /// <summary>Whether a path stands for standard output.</summary>
    public static bool IsStandard(string path) => path == OutputFile.StandardOutput;

    /// <summary>An absolute path of a record, for a command whose results go to standard output.</summary>
    /// <param name="path">As it was given.</param>
    /// <param name="option">The option that gave it.</param>
    /// <param name="results">What goes to standard output.</param>
    /// <exception cref="UserErrorException">It is empty, or leads to standard output.</exception>
    public static string PathBeside(string path, string option, string results)
    {
        string full = FullPath(path, option);
        try
        {
            return OutputFile.LeadsToStandardOutput(full)
                ? throw UserErrorException.Usage($"{option}: standard output has {results}; give the record the name of a file")
                : full;
        }
        catch (OutputException e)
        {
            throw new UserErrorException(e.Message);
        }
    }

    /// <summary>An absolute path, or <c>-</c> as it is.</summary>
    /// <exception cref="UserErrorException">It is empty.</exception>
    public static string FullPath(string path, string option) =>
        path.Length == 0 ? throw UserErrorException.Usage($"{option}: the name of the file is empty") : IsStandard(path) ? path : Path.GetFullPath(path);

    /// <summary>Whether what is written goes to a device, a pipe or a descriptor as it comes.</summary>
    /// <exception cref="UserErrorException">The path leads nowhere.</exception>
    public static bool IsDirect(string path)
    {
        try
        {
            return OutputFile.LeadsToDevice(path);
        }
        catch (OutputException e)
        {
            throw new UserErrorException(e.Message);
        }
    }

    /// <summary>Begins a record that a run writes as it goes on: what is there becomes <c>.old</c> with the first snapshot.</summary>
    /// <param name="path">A path; <c>-</c> is standard output.</param>
    /// <param name="permission">Of a new file.</param>
    /// <exception cref="UserErrorException">It cannot be made there.</exception>
    public static OutputPair BeginRecord(string path, UnixFileMode permission) =>
        Begin(path, new OutputRule { Permission = permission, KeepsOld = true, IsLive = true });

    /// <summary>Begins a record that appears when it is complete; what is there becomes <c>.old</c>.</summary>
    public static OutputPair BeginConversion(string path, UnixFileMode permission) => Begin(path, new OutputRule { Permission = permission, KeepsOld = true });

    /// <summary>Writes a file that appears when it is complete: a run that fails leaves nothing, and half a file is never visible.</summary>
    /// <param name="path">A path; <c>-</c> is standard output.</param>
    /// <param name="inputs">The records it is made of, none of which may be the output; <c>-</c> for standard input.</param>
    /// <param name="terminal">Has standard output.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="permission">Of a new file: for its owner only, because most content has command lines in it. A file that is replaced keeps its own.</param>
    /// <exception cref="UserErrorException">It cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<string> inputs, Terminal terminal, Action<Stream> write, UnixFileMode permission = OutputRule.Private)
    {
        terminal.Out.Flush();
        if (IsStandard(path))
        {
            using Stream standard = terminal.OpenOutput();
            Copy(standard, write);
            return;
        }

        try
        {
            using OutputFile file = OutputFile.Open(path, new OutputRule { Inputs = inputs, Permission = permission });
            Copy(file.Stream, write);
            file.Commit();
        }
        catch (OutputException e)
        {
            throw new UserErrorException(e.Message);
        }
        catch (IOException e) when (!FailureReason.IsClosedPipe(e))
        {
            throw Failure(path, e);
        }
    }

    /// <summary>What became of an output to which nothing was written.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="isDirect">Whether it is a device, a pipe or a descriptor.</param>
    /// <param name="wasThere">Whether there was a file before.</param>
    public static string Untouched(string path, bool isDirect, bool wasThere) =>
        isDirect ? $"nothing was written to '{path}'" : wasThere ? $"'{path}' is left as it was" : $"there is no '{path}'";

    /// <summary>A write that failed.</summary>
    public static UserErrorException Failure(string path, Exception e) =>
        new(e is OutputException ? e.Message : $"'{path}' cannot be written: {FailureReason.Of(e)}");

    static void Copy(Stream to, Action<Stream> write)
    {
        using BufferedStream buffered = new(to, BufferLength);
        write(buffered);
    }

    static OutputPair Begin(string path, OutputRule rule)
    {
        try
        {
            return OutputPair.Open(path, rule);
        }
        catch (IOException e)
        {
            throw Failure(path, e);
        }
    }
}
