using System.Text.Json;

namespace Damon.Reports.Access;

/// <summary>The filters of a scheme in one line.</summary>
static class SchemeFilterText
{
    /// <summary>The line; what is no array of filters gives an empty one.</summary>
    /// <param name="json">The filters as records hold them; null for none.</param>
    public static string Format(string? json)
    {
        if (json is null)
        {
            return "";
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Array
                ? string.Join(", ", document.RootElement.EnumerateArray().Where(f => f.ValueKind == JsonValueKind.Object).Select(Filter))
                : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }

    static string Filter(JsonElement filter)
    {
        string type = Text(filter, "filter_type");
        string argument = type switch
        {
            "memcg" => Text(filter, "memcg_path"),
            "hugepage_size" when Member(filter, "hugepage_size") is { ValueKind: JsonValueKind.Array } sizes => $"[{string.Join(", ", sizes.EnumerateArray().Select(Text))}]",
            "addr" when Member(filter, "address_range") is { ValueKind: JsonValueKind.Object } range => $"[{Text(range, "start")}, {Text(range, "end")})",
            "target" => Text(filter, "damon_target_idx"),
            _ => "",
        };
        string allow = IsTrue(filter, "allow") || IsTrue(filter, "filter_pass") ? "allow" : "reject";
        string none = IsTrue(filter, "matching") ? "" : " none";
        return argument.Length == 0 ? $"{allow}{none} {type}" : $"{allow}{none} {type} {argument}";
    }

    static JsonElement? Member(JsonElement of, string name) => of.TryGetProperty(name, out JsonElement value) ? value : null;

    static bool IsTrue(JsonElement of, string name) => Member(of, name) is { ValueKind: JsonValueKind.True };

    static string Text(JsonElement of, string name) => Member(of, name) is { } value ? Text(value) : "";

    // Names in a record are chosen by others: nothing of them may steer a terminal.
    static string Text(JsonElement value) => string.Concat((value.ValueKind == JsonValueKind.String ? value.GetString()! : value.ToString()).Select(c => char.IsControl(c) ? ' ' : c));
}
