namespace Damon.Monitoring;

/// <summary>Which addresses are monitored, and whether changes of mappings are followed.</summary>
public enum AddressSpace
{
    /// <summary>The mappings of processes, followed as they change (<c>vaddr</c>).</summary>
    Virtual,

    /// <summary>Given addresses of processes (<c>fvaddr</c>).</summary>
    FixedVirtual,

    /// <summary>Physical memory (<c>paddr</c>).</summary>
    Physical,
}
