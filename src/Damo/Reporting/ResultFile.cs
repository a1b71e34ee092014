using Damo.CommandLine;
using Damo.Recording;

namespace Damo.Reporting;

/// <summary>A file that appears when it is complete: a run that fails leaves nothing, and nobody sees half of it.</summary>
static class ResultFile
{
    /// <summary>Writes into a temporary file beside, which then takes the name.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="UserErrorException">It cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string temporary = $"{path}.{Path.GetRandomFileName()}.tmp";
        try
        {
            using (FileStream output = new(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                write(output);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path} cannot be written: {RecordingFile.Reason(e)}");
        }
        finally
        {
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }
        }
    }
}
