using System.Linq.Expressions;
using FhirResource = Hl7.Fhir.Model.Resource;

namespace FhirGateway.Mapping.Targets;

/// <summary>Compiles a path to a setter that makes what is missing on the way. It costs what plain assignments cost.</summary>
internal static class TargetSetter
{
    /// <param name="resourceType">The SDK's class of the resource.</param>
    /// <param name="steps">The way to the element, which is the last step.</param>
    public static Action<FhirResource, TValue> Compile<TValue>(Type resourceType, IReadOnlyList<TargetStep> steps)
    {
        var (resource, value) = (Expression.Parameter(typeof(FhirResource)), Expression.Parameter(typeof(TValue)));
        var places = new List<ParameterExpression>();
        var lines = new List<Expression>();
        Expression at = Expression.Convert(resource, resourceType);
        foreach (var step in steps.SkipLast(1))
        {
            var place = Expression.Variable(step.Type);
            places.Add(place);
            lines.AddRange(step.IsFirstItem
                ? FirstItem(place, Expression.Property(at, step.Property))
                : Child(place, Expression.Property(at, step.Property)));
            at = place;
        }

        lines.Add(Write(Expression.Property(at, steps[^1].Property), steps[^1], value));
        return Expression.Lambda<Action<FhirResource, TValue>>(Expression.Block(places, lines), resource, value).Compile();
    }

    // place = property as T; if (place == null) property = place = new T();
    private static IEnumerable<Expression> Child(ParameterExpression place, MemberExpression property)
    {
        yield return Expression.Assign(place, Expression.TypeAs(property, place.Type));
        yield return Expression.IfThen(IsNull(place), Expression.Block(
            Expression.Assign(place, Expression.New(place.Type)),
            Expression.Assign(property, Expression.Convert(place, property.Type))));
    }

    // if (list.Count == 0) list.Add(place = new T()); else place = list[0];
    private static IEnumerable<Expression> FirstItem(ParameterExpression place, MemberExpression list)
    {
        yield return Expression.IfThenElse(
            IsEmpty(list),
            Expression.Block(Expression.Assign(place, Expression.New(place.Type)), Add(list, place)),
            Expression.Assign(place, Item(list)));
    }

    private static Expression Write(MemberExpression property, TargetStep step, ParameterExpression value)
    {
        if (step.IsFirstItem)
        {
            return Expression.IfThenElse(IsEmpty(property), Add(property, value), Expression.Assign(Item(property), value));
        }

        return step.IsList
            ? Add(property, value)
            : Expression.Assign(property, value.Type == property.Type ? value : Expression.Convert(value, property.Type));
    }

    private static BinaryExpression IsNull(Expression place) => Expression.Equal(place, Expression.Constant(null, place.Type));

    private static BinaryExpression IsEmpty(Expression list) =>
        Expression.Equal(Expression.Property(list, "Count"), Expression.Constant(0));

    private static MethodCallExpression Add(Expression list, Expression item) => Expression.Call(list, list.Type.GetMethod("Add")!, item);

    private static IndexExpression Item(Expression list) => Expression.Property(list, "Item", Expression.Constant(0));
}
