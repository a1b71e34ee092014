namespace Damon.Schemes.Text;

/// <summary>A piece of a JSON or YAML document, and where it begins.</summary>
sealed class SpecificationNode(SpecificationNodeKind kind, int line, int column, string text = "")
{
    /// <summary>Deepest nesting of any document.</summary>
    public const int MaxDepth = 48;

    /// <summary>Most pieces of any document.</summary>
    public const int MaxNodes = 500_000;

    /// <summary>What it is.</summary>
    public SpecificationNodeKind Kind { get; } = kind;

    /// <summary>From 1.</summary>
    public int Line { get; } = line;

    /// <summary>From 1.</summary>
    public int Column { get; } = column;

    /// <summary>The text of a scalar.</summary>
    public string Text { get; } = text;

    /// <summary>The elements of a sequence.</summary>
    public IReadOnlyList<SpecificationNode> Items => (IReadOnlyList<SpecificationNode>?)_items ?? [];

    /// <summary>The keys and values of a mapping.</summary>
    public IReadOnlyDictionary<string, SpecificationNode> Members => _members ?? s_noMembers;

    static readonly Dictionary<string, SpecificationNode> s_noMembers = [];

    List<SpecificationNode>? _items;
    Dictionary<string, SpecificationNode>? _members;

    /// <summary>Adds an element.</summary>
    public void Add(SpecificationNode item) => (_items ??= []).Add(item);

    /// <summary>Adds a value; false if the key is there already.</summary>
    public bool TryAdd(string key, SpecificationNode value) => (_members ??= new(StringComparer.Ordinal)).TryAdd(key, value);

    /// <summary>The value of a key; null if there is none, or null is its value.</summary>
    public SpecificationNode? Find(string key) => Members.GetValueOrDefault(key) is { Kind: not SpecificationNodeKind.Null } value ? value : null;
}
