using Damon.Linux.Outputs;

namespace Damo.CommandLine;

/// <summary>Why a file operation failed, without the path that the message names itself.</summary>
static class FailureReason
{
    public static string Of(Exception e) => e switch
    {
        OutputException output => output.Why,
        UnauthorizedAccessException => "no permission",
        _ => e.Message.Split(" : '", 2)[0].TrimEnd('.'),
    };

    /// <summary>Whether the reader of what was written is gone.</summary>
    public static bool IsClosedPipe(IOException e)
    {
        const int BrokenPipe = 32;
        return e.HResult == BrokenPipe || e.InnerException?.HResult == BrokenPipe;
    }
}
