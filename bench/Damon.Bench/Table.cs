namespace Damon.Bench;

/// <summary>Markdown tables on standard output.</summary>
static class Table
{
    /// <summary>The first lines.</summary>
    public static void Begin(params string[] columns)
    {
        Row(columns);
        Console.WriteLine($"|{string.Concat(Enumerable.Repeat("---|", columns.Length))}");
    }

    /// <summary>One line.</summary>
    public static void Row(params string[] cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");
}
