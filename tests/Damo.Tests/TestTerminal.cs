using System.Text;
using Damo.CommandLine;

namespace Damo.Tests;

/// <summary>Runs the command line in this process and keeps what it writes.</summary>
sealed class TestTerminal
{
    TestTerminal(int exitCode, string output, string errors)
    {
        ExitCode = exitCode;
        Output = output;
        Errors = errors;
    }

    public int ExitCode { get; }

    /// <summary>Standard output.</summary>
    public string Output { get; }

    /// <summary>Standard error.</summary>
    public string Errors { get; }

    public static TestTerminal Run(params string[] arguments) => RunWith(null, arguments);

    /// <param name="output">Standard output as bytes; null to keep them.</param>
    /// <param name="arguments">The command line.</param>
    public static TestTerminal RunWith(Stream? output, params string[] arguments)
    {
        using StringWriter text = new();
        using StringWriter errors = new();
        using MemoryStream bytes = new();
        int exitCode = Application.Run(arguments, new Terminal(text, errors, errorIsTerminal: false) { OpenOutput = () => output ?? bytes });
        return new TestTerminal(exitCode, text + Encoding.UTF8.GetString(bytes.ToArray()), errors.ToString());
    }

    /// <summary>Checks that it wrote one line on standard error, and no result.</summary>
    public void AssertOneLine(int exitCode, string line)
    {
        Assert.Equal($"damo: {line}\n", Errors);
        Assert.Equal("", Output);
        Assert.Equal(exitCode, ExitCode);
    }
}
