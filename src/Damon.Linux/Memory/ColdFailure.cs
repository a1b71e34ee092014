using Damon.Linux.Native;

namespace Damon.Linux.Memory;

/// <summary>A range that the kernel refused.</summary>
/// <param name="Range">The range.</param>
/// <param name="Error">EINVAL for locked, hugetlb and device mappings; ENOMEM where nothing is mapped any more.</param>
readonly record struct ColdFailure(FolioRange Range, Errno Error);
