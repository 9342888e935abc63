using System.Linq.Expressions;
using System.Reflection;
using Hl7.Fhir.Introspection;
using Hl7.Fhir.Model;
using Node = System.Linq.Expressions.Expression;

namespace FhirGateway.Mapping.Targets;

/// <summary>
/// Reads a lambda over the SDK's properties as a path of FHIR elements. The names come from the SDK's own attributes, never from its C#
/// names;
/// a primitive's are on its twin (<c>Title</c>, <c>TitleElement</c>).
/// </summary>
internal sealed class TargetReading
{
    private readonly LambdaExpression _lambda;
    private readonly RuleName _rule;
    private readonly List<TargetStep> _steps = [];
    private readonly List<(string Json, string FhirPath)> _names = [];

    private TargetReading(LambdaExpression lambda, RuleName rule) => (_lambda, _rule) = (lambda, rule);

    /// <summary>The properties to pass, from the resource on.</summary>
    public IReadOnlyList<TargetStep> Steps => _steps;

    public TargetPath Path { get; private set; } = null!;

    /// <summary>The FHIR type of the element itself: of the twin where the lambda ends in a primitive's value.</summary>
    public Type ElementType { get; private set; } = typeof(Base);

    /// <exception cref="MappingException">The lambda is not a path.</exception>
    public static TargetReading Of(LambdaExpression lambda, RuleName rule)
    {
        var reading = new TargetReading(lambda, rule);
        reading.Read(lambda.Body, isEnd: true);
        reading.Path = new TargetPath(NameOf(lambda.Parameters[0].Type), string.Join('.', reading._names.Select(name => name.Json)))
        {
            FhirPath = string.Join('.', reading._names.Select(name => name.FhirPath)),
        };
        return reading;
    }

    /// <summary>FHIR's name of a type of the SDK.</summary>
    public static string NameOf(Type type) => type.GetCustomAttribute<FhirTypeAttribute>(inherit: false)?.Name ?? type.Name;

    private void Read(Node node, bool isEnd)
    {
        var cast = node is UnaryExpression { NodeType: ExpressionType.Convert or ExpressionType.TypeAs } convert
            && convert.Type.IsAssignableTo(typeof(Base))
            ? convert
            : null;
        if (cast is not null) node = cast.Operand;
        var isFirst = false;
        if (node is MethodCallExpression { Method.Name: "get_Item", Object: { } list } index && TargetStep.ItemOf(list.Type) is not null)
        {
            if (index.Arguments[0] is not ConstantExpression { Value: 0 })
            {
                throw _rule.Refused(_lambda, "has another index than [0], the only one that a target may have");
            }

            (node, isFirst) = (list, true);
        }

        if (node is ParameterExpression && !isEnd && cast is null) return;
        if (node is not MemberExpression { Member: PropertyInfo property, Expression: { } owner })
        {
            throw _rule.Refused(_lambda, "is not a path of the SDK's properties");
        }

        Read(owner, isEnd: false);
        Add(property, cast?.Type, isFirst, isEnd);
    }

    private void Add(PropertyInfo property, Type? cast, bool isFirst, bool isEnd)
    {
        var own = property.GetCustomAttribute<FhirElementAttribute>();
        var twin = own is null ? property.DeclaringType!.GetProperty(property.Name + "Element") : null;
        if ((own ?? twin?.GetCustomAttribute<FhirElementAttribute>()) is not { } element)
            throw _rule.Refused(_lambda, $"has the property {property.Name}, which is not a FHIR element");
        var type = TargetStep.ItemOf(property.PropertyType) ?? property.PropertyType;
        if (!isEnd && !isFirst && TargetStep.ItemOf(property.PropertyType) is not null)
        {
            throw _rule.Refused(_lambda, $"goes through the list {property.Name} without [0]");
        }

        if (cast is not null && !type.IsAbstract)
        {
            throw _rule.Refused(_lambda, $"has a cast of {property.Name}, which can be of one type only");
        }

        if (cast is null && type.IsAbstract)
        {
            throw _rule.Refused(_lambda, $"has {property.Name}, which may be of several types, without a cast to one of them");
        }

        if (twin?.PropertyType.IsAbstract == true && type != typeof(string))
            throw _rule.Refused(
                _lambda, $"has the value {property.Name}, whose type differs between FHIR's releases: a cast of {twin.Name} says which");
        if (type == typeof(DateTimeOffset?))
        {
            throw _rule.Refused(
                _lambda, $"has the value {property.Name}, which writes another text than was given (+00:00 for Z): {twin?.Name} keeps it");
        }

        ElementType = cast ?? twin?.PropertyType ?? type;
        _steps.Add(new TargetStep(property, cast ?? type, isFirst));
        _names.Add(element.Choice == ChoiceType.DatatypeChoice && cast is not null
            ? (element.Name + Capitalised(NameOf(cast)), $"{element.Name}.ofType({NameOf(cast)})")
            : (element.Name, element.Name));
    }

    private static string Capitalised(string name) => char.ToUpperInvariant(name[0]) + name[1..];
}
