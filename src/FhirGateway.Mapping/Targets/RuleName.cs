using System.Linq.Expressions;
using System.Text.RegularExpressions;

namespace FhirGateway.Mapping.Targets;

/// <summary>A rule as its author finds it again.</summary>
/// <param name="Mapping">Name of the mapping class.</param>
/// <param name="Rule">The rule's own words, such as <c>Field("Frequency")</c>.</param>
internal readonly partial record struct RuleName(string Mapping, string Rule)
{
    /// <summary>A rule that starts from fields of the payload.</summary>
    public static RuleName Of(string mapping, string word, IEnumerable<string> keys) =>
        new(mapping, $"{word}({string.Join(", ", keys.Select(key => $"\"{key}\""))})");

    public MappingException Refused(string why) => new($"{Mapping}: the rule {Rule} is refused, because {why}.");

    public MappingException Refused(LambdaExpression target, string why) => Refused($"its target {Shown(target)} {why}");

    private static string Shown(LambdaExpression target) => Index().Replace(target.ToString(), "[$1]");

    [GeneratedRegex(@"\.get_Item\(([^()]*)\)", RegexOptions.CultureInvariant)]
    private static partial Regex Index();
}
