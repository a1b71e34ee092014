using System.Runtime.CompilerServices;
using Damon.Linux.KernelDamon.Files;

namespace Damon.Linux.Tests.KernelDamon;

/// <summary>No test opens a file of this machine's kernel: whoever tries fails.</summary>
static class NoRealKernel
{
    [ModuleInitializer]
    internal static void Forbid() => KernelFolder.Forbidden = "/sys";
}
