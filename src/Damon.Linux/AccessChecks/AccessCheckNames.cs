namespace Damon.Linux.AccessChecks;

/// <summary>The names by which users choose an access check and find it in records.</summary>
public static class AccessCheckNames
{
    /// <summary>The name, as <c>--access-check</c> takes it.</summary>
    public static string Name(this AccessCheckKind kind) => kind switch
    {
        AccessCheckKind.PageTable => "page-table",
        AccessCheckKind.IdlePage => "idle-page",
        AccessCheckKind.ClearRefs => "clear-refs",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not an access check."),
    };

    /// <summary>The kind of that name.</summary>
    /// <returns>False when there is none.</returns>
    public static bool TryParse(string name, out AccessCheckKind kind)
    {
        foreach (AccessCheckKind candidate in Enum.GetValues<AccessCheckKind>())
        {
            if (candidate.Name() == name)
            {
                kind = candidate;
                return true;
            }
        }

        kind = default;
        return false;
    }
}
