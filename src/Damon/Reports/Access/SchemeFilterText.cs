using System.Globalization;
using System.Text.Json;
using Damon.Numbers;

namespace Damon.Reports.Access;

/// <summary>The filters of a scheme in one line.</summary>
static class SchemeFilterText
{
    /// <summary>The line; what is no array of filters gives an empty one.</summary>
    /// <param name="json">The filters as records hold them; null for none.</param>
    /// <param name="sizes">How sizes are written.</param>
    public static string Format(string? json, NumberStyle sizes)
    {
        if (json is null)
        {
            return "";
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Array
                ? string.Join(", ", document.RootElement.EnumerateArray().Where(f => f.ValueKind == JsonValueKind.Object).Select(f => Filter(f, sizes)))
                : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }

    static string Filter(JsonElement filter, NumberStyle sizes)
    {
        string type = Text(filter, "filter_type");
        string argument = type switch
        {
            "memcg" => Text(filter, "memcg_path"),
            "hugepage_size" when Member(filter, "hugepage_size") is { ValueKind: JsonValueKind.Array } range =>
                $"[{string.Join(", ", range.EnumerateArray().Select(s => Size(s, sizes)))}]",
            "addr" when Member(filter, "address_range") is { ValueKind: JsonValueKind.Object } range => $"[{Text(range, "start")}, {Text(range, "end")})",
            "target" => Text(filter, "damon_target_idx"),
            _ => "",
        };
        string allow = IsTrue(filter, "allow") || IsTrue(filter, "filter_pass") ? "allow" : "reject";
        string none = IsTrue(filter, "matching") ? "" : " none";
        return argument.Length == 0 ? $"{allow}{none} {type}" : $"{allow}{none} {type} {argument}";
    }

    /// <summary>A number of bytes as records hold it; anything else stays as it is.</summary>
    static string Size(JsonElement value, NumberStyle style)
    {
        string text = Text(value);
        return ulong.TryParse(text.Replace(",", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out ulong bytes)
            ? SizeText.Format(bytes, style)
            : text;
    }

    /// <summary>
    /// Whether any of the filters is one that the operations apply to pages, rather than one of the core, which takes or leaves whole ranges.
    /// </summary>
    /// <param name="json">The filters as records hold them; null for none.</param>
    public static bool HasOperationsFilter(string? json)
    {
        if (json is null)
        {
            return false;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Array
                && document.RootElement.EnumerateArray().Any(f => f.ValueKind == JsonValueKind.Object && Text(f, "filter_type") is not ("addr" or "target"));
        }
        catch (JsonException)
        {
            return false;
        }
    }

    static JsonElement? Member(JsonElement of, string name) => of.TryGetProperty(name, out JsonElement value) ? value : null;

    static bool IsTrue(JsonElement of, string name) => Member(of, name) is { ValueKind: JsonValueKind.True };

    static string Text(JsonElement of, string name) => Member(of, name) is { } value ? Text(value) : "";

    // Names in a record are chosen by others: nothing of them may steer a terminal.
    static string Text(JsonElement value) =>
        string.Concat((value.ValueKind == JsonValueKind.String ? value.GetString()! : value.ToString()).Select(c => char.IsControl(c) ? ' ' : c));
}
