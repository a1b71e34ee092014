using Damo.CommandLine;
using Damo.Inputs;
using Damo.Outputs;
using Damon.Charts;

namespace Damo.Reporting;

/// <summary>The file that a report is to be drawn into.</summary>
/// <param name="path">Its name.</param>
/// <param name="format">What kind of picture.</param>
sealed class PictureFile(string path, PictureFormat format)
{
    static readonly Dictionary<string, PictureFormat> s_formats = new(StringComparer.OrdinalIgnoreCase)
    {
        ["pdf"] = PictureFormat.Pdf,
        ["jpeg"] = PictureFormat.Jpeg,
        ["jpg"] = PictureFormat.Jpeg,
        ["png"] = PictureFormat.Png,
        ["svg"] = PictureFormat.Svg,
    };

    /// <summary>Recognises a picture by its name, before any work is done for it.</summary>
    /// <param name="file">What the user gave; null when no picture was asked for.</param>
    /// <returns>Null when none was asked for.</returns>
    /// <exception cref="UserErrorException">It is of no type that can be drawn.</exception>
    public static PictureFile? Of(string? file)
    {
        if (file is null)
        {
            return null;
        }

        if (Output.IsStandard(file))
        {
            throw UserErrorException.Usage(
                $"a picture's type is told by its name, so it cannot be drawn to standard output; give it one that ends in {FileEndings.Pictures}");
        }

        // As the first tool: what follows the last dot, and the whole name where there is none.
        return s_formats.TryGetValue(file[(file.LastIndexOf('.') + 1)..], out PictureFormat format)
            ? new PictureFile(file, format)
            : throw UserErrorException.Usage($"Unsupported plot output type: '{file}' does not end in {FileEndings.Pictures}");
    }

    /// <summary>Draws what a record shows.</summary>
    /// <exception cref="UserErrorException">It cannot be drawn or written.</exception>
    public void Write(IChart chart, RecordSource source) => Write(chart, source.Input, source.Terminal);

    /// <summary>Draws; the file appears when it is complete.</summary>
    /// <exception cref="UserErrorException">It cannot be drawn or written.</exception>
    /// <param name="chart">What to draw.</param>
    /// <param name="input">The record that it is made of, which the picture may not replace.</param>
    /// <param name="terminal">Has standard output.</param>
    public void Write(IChart chart, string input, Terminal terminal)
    {
        try
        {
            Output.Write(path, [input], terminal, output =>
            {
                // The library that draws cannot bear a write that fails.
                using MemoryStream drawn = new();
                Picture.Write(chart, format, drawn);
                drawn.WriteTo(output);
            });
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException or BadImageFormatException)
        {
            throw new UserErrorException(
                $"{path}: nothing can be drawn, since libSkiaSharp.so, which belongs beside the program, is missing or cannot be used; the numbers are there "
                    + "without a picture");
        }
    }
}
