namespace Damo.CommandLine;

/// <summary>Finds the word that was probably meant.</summary>
static class NearestWord
{
    /// <summary>The candidate with the fewest letters left out, added, changed or swapped; null where none is near enough to be meant.</summary>
    /// <param name="word">What was typed.</param>
    /// <param name="candidates">What could have been typed; the first of several as near is taken.</param>
    public static string? Of(string word, IEnumerable<string> candidates)
    {
        // Short words differ from everything by two letters.
        int least = word.Length < 4 ? 2 : 3;
        string? nearest = null;
        foreach (string candidate in candidates)
        {
            int distance = word.Length > 2 && candidate.StartsWith(word, StringComparison.OrdinalIgnoreCase)
                ? 1
                : Distance(word.ToUpperInvariant(), candidate.ToUpperInvariant(), least);
            if (distance < least)
            {
                least = distance;
                nearest = candidate;
            }
        }

        return nearest;
    }

    /// <summary>Letters to change between two words, with a swap of neighbours as one; <paramref name="most"/> where there are as many or more.</summary>
    static int Distance(string word, string candidate, int most)
    {
        if (Math.Abs(word.Length - candidate.Length) >= most)
        {
            return most;
        }

        int[,] changes = new int[word.Length + 1, candidate.Length + 1];
        for (int i = 0; i <= word.Length; i++)
        {
            for (int j = 0; j <= candidate.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    changes[i, j] = i + j;
                    continue;
                }

                int same = word[i - 1] == candidate[j - 1] ? 0 : 1;
                changes[i, j] = Math.Min(changes[i - 1, j - 1] + same, Math.Min(changes[i - 1, j], changes[i, j - 1]) + 1);
                if (i > 1 && j > 1 && word[i - 1] == candidate[j - 2] && word[i - 2] == candidate[j - 1])
                {
                    changes[i, j] = Math.Min(changes[i, j], changes[i - 2, j - 2] + 1);
                }
            }
        }

        return Math.Min(changes[word.Length, candidate.Length], most);
    }
}
