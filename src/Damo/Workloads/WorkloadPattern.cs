namespace Damo.Workloads;

/// <summary>How a workload accesses its memory.</summary>
enum WorkloadPattern
{
    /// <summary>Ten heats: regions swept every 2, 4, 5, 8, 10, 20, 40, 100, 500 ms, and never.</summary>
    Heats,

    /// <summary>A hot stripe that wanders, beside constant and blinking ones.</summary>
    Stripes,

    /// <summary>Byte increments at random places, counted.</summary>
    Random,

    /// <summary>Word increments in address order, counted.</summary>
    Sequential,

    /// <summary>Nothing after each page was written once.</summary>
    Idle,

    /// <summary>Maps what another workload shares, touches it once, and does nothing.</summary>
    Hold,
}
