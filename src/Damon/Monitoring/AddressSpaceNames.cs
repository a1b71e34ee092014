namespace Damon.Monitoring;

/// <summary>The kernel's words for address spaces, as in the file <c>operations</c> of its sysfs interface.</summary>
static class AddressSpaceNames
{
    /// <summary>The word for <see cref="AddressSpace.Physical"/>, which may stand in the place of a target.</summary>
    public const string Physical = "paddr";

    /// <summary>All words, in the order of <see cref="AddressSpace"/>.</summary>
    public static IReadOnlyList<string> All { get; } = ["vaddr", "fvaddr", Physical];

    /// <summary>The word for an address space.</summary>
    public static string Of(AddressSpace space) => All[(int)space];

    /// <summary>The address space that a word stands for; null for other words.</summary>
    public static AddressSpace? Parse(string word)
    {
        for (int i = 0; i < All.Count; i++)
        {
            if (All[i] == word)
            {
                return (AddressSpace)i;
            }
        }

        return null;
    }
}
