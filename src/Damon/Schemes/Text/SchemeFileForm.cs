namespace Damon.Schemes.Text;

/// <summary>In what form schemes are written down.</summary>
enum SchemeFileForm
{
    /// <summary>One per line, in columns.</summary>
    Lines,

    /// <summary>JSON.</summary>
    Json,

    /// <summary>YAML.</summary>
    Yaml,
}
