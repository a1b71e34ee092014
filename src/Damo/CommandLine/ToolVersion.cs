using System.Reflection;

namespace Damo.CommandLine;

/// <summary>The version of this program.</summary>
static class ToolVersion
{
    /// <summary>What records and pages say made them.</summary>
    public const string Name = "damo (DAMON for .NET)";

    /// <summary>For example <c>0.1.0</c>.</summary>
    public static string Text { get; } =
        typeof(ToolVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}
