using System.Runtime.CompilerServices;

namespace Damon.Tests.Shared;

/// <summary>
/// Tests and the programs they start monitor by this program's engine: the kernel's own DAMON may be somebody's, or be wanted by somebody in the next moment.
/// </summary>
static class EngineByDefault
{
#pragma warning disable CA2255 // Test assemblies are programs.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Set() => Environment.SetEnvironmentVariable("DAMO_BACKEND", "engine");
}
