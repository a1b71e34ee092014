using System.Diagnostics;

namespace Damo.Workloads;

/// <summary>Starts this program once more, with other arguments.</summary>
static class SelfProcess
{
    /// <param name="arguments">The command line.</param>
    /// <exception cref="IOException">It cannot be started.</exception>
    /// <remarks>
    /// All three standard streams are pipes: then .NET leaves the terminal alone, and the child does not take what is typed. Call it from a thread that lives
    /// on: Linux takes the end of the starting thread for the end of the parent.
    /// </remarks>
    public static Process Start(IEnumerable<string> arguments)
    {
        string program = Environment.ProcessPath ?? throw new IOException("Cannot find the path of this program.");
        List<string> all = [.. arguments];

        // "dotnet damo.dll ..." runs as dotnet.
        if (Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.Ordinal))
        {
            all.Insert(0, Environment.GetCommandLineArgs()[0]);
        }

        return Start(program, all);
    }

    /// <summary>Starts any program that knows the hidden command <c>workload</c>.</summary>
    /// <inheritdoc cref="Start(IEnumerable{string})"/>
    public static Process Start(string program, IEnumerable<string> arguments)
    {
        ProcessStartInfo info = new(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return Process.Start(info) ?? throw new IOException($"Cannot start {program}.");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new IOException($"Cannot start {program}: {e.Message}", e);
        }
    }
}
