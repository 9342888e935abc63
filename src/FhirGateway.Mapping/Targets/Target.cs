using System.Linq.Expressions;
using Hl7.Fhir.Model;

namespace FhirGateway.Mapping.Targets;

/// <summary>
/// An element that a rule writes: its path, and how to set it in a resource. Read from a lambda once, when the mapping is made.
/// </summary>
internal sealed class Target<TValue>
{
    private readonly Lazy<Action<Resource, TValue>> _set;
    private readonly Type _elementType;

    private Target(TargetPath path, Type elementType, Lazy<Action<Resource, TValue>> set) =>
        (Path, _elementType, _set) = (path, elementType, set);

    public TargetPath Path { get; }

    /// <summary>The element holds words for people: any text is a value of it.</summary>
    public bool IsText => _elementType == typeof(FhirString) || _elementType == typeof(Markdown);

    /// <param name="lambda">A path of the SDK's properties that begins at a resource.</param>
    /// <param name="rule">Whose target it is.</param>
    /// <exception cref="MappingException">The lambda is not a path.</exception>
    public static Target<TValue> Of(LambdaExpression lambda, RuleName rule)
    {
        var reading = TargetReading.Of(lambda, rule);
        var resourceType = lambda.Parameters[0].Type;

        // Compiled with the first message: no start of the program waits for it.
        return new Target<TValue>(
            reading.Path, reading.ElementType, new Lazy<Action<Resource,
            TValue>>(() => TargetSetter.Compile<TValue>(resourceType, reading.Steps)));
    }

    /// <summary>A target of any text, verbatim.</summary>
    /// <exception cref="MappingException">
    /// The lambda is not a path, or the element is a code, a date or the like, which not every text is.
    /// </exception>
    public static Target<TValue> OfWords(LambdaExpression lambda, RuleName rule)
    {
        var target = Of(lambda, rule);
        if (!target.IsText)
        {
            throw rule.Refused(
                lambda, $"is a {TargetReading.NameOf(target._elementType)}, which not every text can be: As says how it is read");
        }

        return target;
    }

    /// <summary>Sets the element, or adds to it when it is a list; makes what is missing on the way.</summary>
    public void Set(Resource resource, TValue value) => _set.Value(resource, value);
}
