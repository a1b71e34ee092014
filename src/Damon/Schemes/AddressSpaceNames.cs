namespace Damon.Schemes;

/// <summary>The kernel's words for what is monitored, as in the file <c>operations</c> of its sysfs interface.</summary>
static class AddressSpaceNames
{
    /// <summary>The mappings of processes, followed as they change.</summary>
    public const string Virtual = "vaddr";

    /// <summary>Given addresses of processes.</summary>
    public const string FixedVirtual = "fvaddr";

    /// <summary>Physical memory.</summary>
    public const string Physical = "paddr";
}
