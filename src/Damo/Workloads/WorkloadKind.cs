namespace Damo.Workloads;

/// <summary>The kind of memory a workload accesses.</summary>
enum WorkloadKind
{
    /// <summary>Private anonymous memory in 4 KiB pages.</summary>
    Anon,

    /// <summary>Private anonymous memory in 2 MiB huge pages.</summary>
    Thp,

    /// <summary>A file, mapped shared.</summary>
    File,

    /// <summary>Shared memory, mapped by the workload alone.</summary>
    Shmem,

    /// <summary>Shared memory that a second process has mapped too.</summary>
    Shared2,
}
